import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./client";

const client = createClient<paths>({ baseUrl: process.env.URL });
const { data } = await client.GET("/hello/{name}", { params: { path: { name: "Ann" } } });
assert.equal(data, "Hello, Ann!");
