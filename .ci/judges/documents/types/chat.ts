import { type Same, holds } from "./assert";
import { chat, type ChatResponses, type Done, type Token } from "./hey-api";
import type { components, paths } from "./openapi-typescript";

holds<Same<ChatResponses[200], Token | Done>>();
type Schemas = components["schemas"];
type Stream = paths["/chat"]["post"]["responses"]["200"]["content"]["text/event-stream"];
holds<Same<Stream, Schemas["Token"] | Schemas["Done"]>>();

export async function tokens(): Promise<string> {
  const { stream } = await chat({ body: { messages: [{ role: "user", content: "Hello" }] } });
  let text = "";
  for await (const event of stream) {
    if ("text" in event) {
      text += event.text;
    }
  }
  return text;
}
