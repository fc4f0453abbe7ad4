import assert from "node:assert/strict";
import { hello } from "./client";

const { data } = await hello("Ann");
assert.equal(data, "Hello, Ann!");
