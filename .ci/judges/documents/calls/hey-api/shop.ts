import assert from "node:assert/strict";
import { addItem, listAllItems, login } from "./client";
import { client } from "./client/client.gen";

// The document says which operation takes which credentials, so the client chooses.
let token: string | undefined;
client.setConfig({
  baseUrl: process.env.URL,
  auth: (auth) => (auth.scheme === "basic" ? "bob:builder" : token),
});
token = (await login()).data?.access_token;
const { data: item } = await addItem({ body: { name: "nail", price: 3 } });
assert.equal(item?.owner, "bob");
const all = await listAllItems();
assert.equal(all.response?.status, 403);
assert.equal(all.error && "type" in all.error ? all.error.type : undefined, "not_admin");
