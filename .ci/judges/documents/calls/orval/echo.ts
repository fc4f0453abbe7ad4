import assert from "node:assert/strict";
import { type Item, type jsonlResponse200, type sseResponse200, upload } from "./client";
import { type Same, holds } from "./assert";

holds<Same<sseResponse200["data"], Item>>();
holds<Same<jsonlResponse200["data"], Item>>();

const response = await upload({ files: [new Blob(["four"])] });
assert(response.status === 200);
assert.deepEqual(
  response.data.files.map((file) => file.size),
  [4],
);
