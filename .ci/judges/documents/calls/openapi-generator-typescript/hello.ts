import assert from "node:assert/strict";
import { Configuration, DefaultApi } from "./client";

const api = new DefaultApi(new Configuration({ basePath: process.env.URL }));
assert.equal(await api.hello({ name: "Ann" }), "Hello, Ann!");
