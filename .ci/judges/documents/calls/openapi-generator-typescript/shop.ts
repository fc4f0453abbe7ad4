import assert from "node:assert/strict";
import { Configuration, DefaultApi, ResponseError } from "./client";

const basePath = process.env.URL;
const visitor = new DefaultApi(new Configuration({ basePath, username: "bob", password: "builder" }));
const token = await visitor.login();
const bob = new DefaultApi(new Configuration({ basePath, accessToken: token.accessToken }));
const item = await bob.addItem({ newItem: { name: "nail", price: 3 } });
assert.equal(item.owner, "bob");
await assert.rejects(bob.listAllItems(), (error) => error instanceof ResponseError && error.response.status === 403);
