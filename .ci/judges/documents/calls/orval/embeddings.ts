import assert from "node:assert/strict";
import { embed } from "./client";

const response = await embed({ texts: ["An avocet wades.", "A wading bird."] });
assert(response.status === 200);
assert.deepEqual(response.data.embeddings.map((vector) => vector.length), [384, 384]);
assert(response.data.embeddings.every((vector) => Math.abs(Math.hypot(...vector) - 1) < 1e-4));
assert.deepEqual(response.data.truncated, []);
