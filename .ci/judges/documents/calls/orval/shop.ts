import assert from "node:assert/strict";
import { addItem, listAllItems, login } from "./client";

const basic = { authorization: `Basic ${btoa("bob:builder")}` };
const token = await login({ headers: basic });
assert(token.status === 200);
const headers = { authorization: `Bearer ${token.data.access_token}` };
const item = await addItem({ name: "nail", price: 3 }, { headers });
assert(item.status === 201);
assert.equal(item.data.owner, "bob");
const all = await listAllItems({}, { headers });
assert(all.status === 403);
assert.equal(all.data.type, "not_admin");
