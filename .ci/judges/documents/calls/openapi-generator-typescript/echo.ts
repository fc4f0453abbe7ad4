import assert from "node:assert/strict";
import { Configuration, UploadsApi } from "./client";

const api = new UploadsApi(new Configuration({ basePath: process.env.URL }));
const { files } = await api.upload({ files: [new Blob(["four"])] });
assert.deepEqual(
  files.map((file) => file.size),
  [4],
);
