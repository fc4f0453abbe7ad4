import assert from "node:assert/strict";
import { type Same, holds } from "./assert";
import { chat, type ChatResponses, type Done, type Token } from "./client";
import { client } from "./client/client.gen";

holds<Same<ChatResponses[200], Token | Done>>();

client.setConfig({ baseUrl: process.env.URL });
const { stream } = await chat({ body: { messages: [{ role: "user", content: "Hello" }], max_tokens: 2 } });
const events: (Token | Done)[] = [];
for await (const event of stream) {
  events.push(event);
}
assert("text" in events[0]);
assert.equal("text" in events[events.length - 1], false);
