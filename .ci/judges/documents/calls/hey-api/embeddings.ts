import assert from "node:assert/strict";
import { embed } from "./client";
import { client } from "./client/client.gen";

client.setConfig({ baseUrl: process.env.URL });
const { data } = await embed({ body: { texts: ["An avocet wades.", "A wading bird."] } });
assert.equal(data?.embeddings.length, 2);
for (const vector of data.embeddings) {
  assert.equal(vector.length, 384);
  assert(Math.abs(Math.hypot(...vector) - 1) < 1e-4);
}
assert.deepEqual(data.truncated, []);
