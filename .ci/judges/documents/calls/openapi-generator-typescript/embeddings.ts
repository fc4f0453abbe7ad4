import assert from "node:assert/strict";
import { Configuration, EmbeddingsApi } from "./client";

const api = new EmbeddingsApi(new Configuration({ basePath: process.env.URL }));
const { embeddings, truncated } = await api.embed({ embedRequest: { texts: ["An avocet wades.", "A wading bird."] } });
assert.deepEqual(embeddings.map((vector) => vector.length), [384, 384]);
assert(embeddings.every((vector) => Math.abs(Math.hypot(...vector) - 1) < 1e-4));
assert.deepEqual(truncated, []);
