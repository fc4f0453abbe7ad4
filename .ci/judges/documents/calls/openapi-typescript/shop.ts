import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./client";

const client = createClient<paths>({ baseUrl: process.env.URL });
const authorization = `Basic ${btoa("bob:builder")}`;
const { data: token } = await client.POST("/login", { headers: { authorization } });
client.use({
  onRequest({ request }) {
    request.headers.set("authorization", `Bearer ${token?.access_token}`);
  },
});
const { data: item } = await client.POST("/items", { body: { name: "nail", price: 3 } });
assert.equal(item?.owner, "bob");
const all = await client.GET("/admin/items");
assert.equal(all.error && "type" in all.error ? all.error.type : undefined, "not_admin");
assert.equal(all.response.status, 403);
