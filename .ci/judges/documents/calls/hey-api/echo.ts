import assert from "node:assert/strict";
import { type Same, holds } from "./assert";
import { type Item, type JsonlResponses, sse, type SseResponses, upload } from "./client";
import { client } from "./client/client.gen";

holds<Same<SseResponses[200], Item>>();
holds<Same<JsonlResponses[200], Item>>();

client.setConfig({ baseUrl: process.env.URL });
const { stream } = await sse({ query: { count: 3 } });
const indices: number[] = [];
for await (const event of stream) {
  indices.push(event.index);
}
assert.deepEqual(indices, [0, 1, 2]);

const { data } = await upload({ body: { files: [new Blob(["four"])] } });
assert.deepEqual(
  data?.files.map((file) => file.size),
  [4],
);
