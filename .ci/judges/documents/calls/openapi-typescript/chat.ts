import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import { type Same, holds } from "./assert";
import type { components, paths } from "./client";

type Schemas = components["schemas"];
type Stream = paths["/chat"]["post"]["responses"]["200"]["content"]["text/event-stream"];
holds<Same<Stream, Schemas["Token"] | Schemas["Done"]>>();

const client = createClient<paths>({ baseUrl: process.env.URL });
const { data } = await client.POST("/similarity", { body: { a: [1, 0], b: [2, 0] } });
assert.equal(data?.cosine, 1);
