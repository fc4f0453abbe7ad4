import assert from "node:assert/strict";
import { type chatResponse200, type Done, similarity, type Token } from "./client";
import { type Same, holds } from "./assert";

holds<Same<chatResponse200["data"], Token | Done>>();

const response = await similarity({ a: [1, 0], b: [2, 0] });
assert(response.status === 200);
assert.equal(response.data.cosine, 1);
