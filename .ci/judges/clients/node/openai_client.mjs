// OpenAI's client for Node against `chat`, `embeddings` and `parrot`.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { report } from "./checks.mjs";

const [chat, embeddings, parrot] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${chat}/v1`, apiKey: "none" });
const messages = [{ role: "user", content: "What is an avocet?" }];
const running = async () => (await (await fetch(`${chat}/health`)).json()).running;

await report("openai for Node", {
  async chat() {
    const { data, request_id } = await client.chat.completions.create({ model: "model", messages, temperature: 0, max_tokens: 60 }).withResponse();
    assert.match(data.choices[0].message.content, /wad/);
    assert.equal(data.choices[0].finish_reason, "stop");
    assert(request_id);
  },
  async stream() {
    const whole = await client.chat.completions.create({ model: "model", messages, temperature: 0, max_tokens: 60 });
    const stream = client.chat.completions.stream({ model: "model", messages, temperature: 0, max_tokens: 60, stream_options: { include_usage: true } });
    assert.equal(await stream.finalContent(), whole.choices[0].message.content);
    assert.equal((await stream.totalUsage()).total_tokens, whole.usage.total_tokens);
  },
  async cancel() {
    const stream = await client.chat.completions.create({ model: "model", messages, stream: true, max_tokens: 800, temperature: 2 });
    for await (const _ of stream) break;
    for (let i = 0; i < 100 && (await running()) > 0; i += 1);
    assert.equal(await running(), 0);
  },
  async tools() {
    const other = new OpenAI({ baseURL: `${parrot}/v1`, apiKey: "none" });
    const tool = { type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } } };
    const runner = other.chat.completions.runTools({
      model: "parrot",
      messages: [{ role: "user", content: "How is the weather?" }],
      tools: [{ ...tool, function: { ...tool.function, parse: JSON.parse, function: ({ city }) => `sunny${city}` } }],
    });
    assert.equal(await runner.finalContent(), "sunny");
  },
  async embeddings() {
    const other = new OpenAI({ baseURL: `${embeddings}/v1`, apiKey: "none" });
    const { data } = await other.embeddings.create({ model: "all-MiniLM-L6-v2", input: ["An avocet wades.", "A wading bird."] });
    assert.deepEqual(data.map((item) => item.embedding.length), [384, 384]);
  },
  async errors() {
    await assert.rejects(client.chat.completions.create({ model: "huge", messages }), (error) => {
      assert(error instanceof OpenAI.NotFoundError);
      return error.code === "model_not_found" && error.param === "model";
    });
  },
});
