import assert from "node:assert/strict";
import { Configuration, EmbeddingsApi } from "./client";

const api = new EmbeddingsApi(new Configuration({ basePath: process.env.URL }));
const { cosine } = await api.similarity({ pair: { a: [1, 0], b: [2, 0] } });
assert.equal(cosine, 1);
