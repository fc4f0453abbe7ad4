// The `ai` package against `parrot`: its parsers reject every member that is missing or has a different type.
import assert from "node:assert/strict";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embed, generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { report } from "./checks.mjs";

const [parrot] = process.argv.slice(2);
const openai = createOpenAI({ baseURL: `${parrot}/v1`, apiKey: "none" });
const models = {
  "OpenAI's chat": openai.chat("parrot"),
  compatible: createOpenAICompatible({ name: "parrot", baseURL: `${parrot}/v1`, includeUsage: true, supportsStructuredOutputs: true })("parrot"),
  Anthropic: createAnthropic({ baseURL: `${parrot}/v1`, apiKey: "none" })("parrot"),
};
const prompt = "An avocet wades.";

const checks = {
  async embed() {
    const { embedding } = await embed({ model: openai.embedding("parrot"), value: "four" });
    assert.deepEqual(embedding, [4, 1]);
  },
};
for (const [name, model] of Object.entries(models)) {
  checks[`${name}, text`] = async () => assert.equal((await generateText({ model, prompt })).text, prompt);
  checks[`${name}, stream`] = async () => {
    const { textStream, usage } = streamText({ model, prompt });
    let text = "";
    for await (const piece of textStream) text += piece;
    assert.equal(text, prompt);
    assert.equal((await usage).inputTokens, 3);
  };
  checks[`${name}, object`] = async () => {
    const { object } = await generateObject({ model, prompt, schema: z.object({ name: z.string(), legs: z.number().int() }) });
    assert.deepEqual(object, { name: "", legs: 0 });
  };
  checks[`${name}, tools`] = async () => {
    const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: async () => "sunny" });
    const { text } = await generateText({ model, prompt, tools: { weather }, stopWhen: stepCountIs(3) });
    assert.match(text, /sunny/);
  };
}
await report("ai", checks);
