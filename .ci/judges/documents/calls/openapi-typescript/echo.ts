import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import { type Same, holds } from "./assert";
import type { components, paths } from "./client";

type Schemas = components["schemas"];
type Events = paths["/sse"]["get"]["responses"]["200"]["content"]["text/event-stream"];
type Lines = paths["/jsonl"]["get"]["responses"]["200"]["content"]["application/jsonl"];
holds<Same<Events, Schemas["Item"]>>();
holds<Same<Lines, Schemas["Item"]>>();

const client = createClient<paths>({ baseUrl: process.env.URL });
const { data } = await client.GET("/jsonl", { params: { query: { count: 2 } }, parseAs: "text" });
assert.deepEqual(
  data?.trim().split("\n").map((line) => JSON.parse(line).index),
  [0, 1],
);
