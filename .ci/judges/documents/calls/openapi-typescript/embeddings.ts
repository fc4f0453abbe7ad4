import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./client";

const client = createClient<paths>({ baseUrl: process.env.URL });
const { data } = await client.POST("/embed", { body: { texts: ["An avocet wades.", "A wading bird."] } });
assert.deepEqual(data?.embeddings.map((vector) => vector.length), [384, 384]);
assert(data.embeddings.every((vector) => Math.abs(Math.hypot(...vector) - 1) < 1e-4));
assert.deepEqual(data.truncated, []);
