import assert from "node:assert/strict";
import { type Same, holds } from "./assert";
import { hello, type HelloResponses } from "./client";
import { client } from "./client/client.gen";

holds<Same<HelloResponses[200], string>>();

client.setConfig({ baseUrl: process.env.URL });
const { data } = await hello({ path: { name: "Ann" } });
assert.equal(data, "Hello, Ann!");
