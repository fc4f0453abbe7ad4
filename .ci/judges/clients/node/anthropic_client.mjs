// Anthropic's client for Node against `chat` and `parrot`.
import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { report } from "./checks.mjs";

const [chat, parrot] = process.argv.slice(2);
const client = new Anthropic({ baseURL: chat, apiKey: "none" });
const messages = [{ role: "user", content: "What is an avocet?" }];

await report("anthropic for Node", {
  async message() {
    const message = await client.messages.create({ model: "model", messages, max_tokens: 60, temperature: 0 });
    assert.match(message.content[0].text, /wad/);
    assert(message._request_id);
  },
  async stream() {
    const whole = await client.messages.create({ model: "model", messages, max_tokens: 60, temperature: 0 });
    const final = await client.messages.stream({ model: "model", messages, max_tokens: 60, temperature: 0 }).finalMessage();
    assert.equal(final.content[0].text, whole.content[0].text);
    assert.equal(final.usage.output_tokens, whole.usage.output_tokens);
  },
  async tools() {
    const other = new Anthropic({ baseURL: parrot, apiKey: "none" });
    const tool = { name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } };
    const final = await other.messages.stream({ model: "parrot", messages, max_tokens: 60, tools: [tool] }).finalMessage();
    assert.equal(final.stop_reason, "tool_use");
    assert.deepEqual(final.content[0].input, { city: "" });
  },
  async errors() {
    await assert.rejects(client.messages.create({ model: "huge", messages, max_tokens: 5 }), Anthropic.NotFoundError);
  },
});
