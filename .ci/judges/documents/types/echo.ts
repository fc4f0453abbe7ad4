import { type Same, holds } from "./assert";
import { type Item, type JsonlResponses, sse, type SseResponses, upload } from "./hey-api";
import type { components, paths } from "./openapi-typescript";

holds<Same<SseResponses[200], Item>>();
holds<Same<JsonlResponses[200], Item>>();
type Schemas = components["schemas"];
type Events = paths["/sse"]["get"]["responses"]["200"]["content"]["text/event-stream"];
type Lines = paths["/jsonl"]["get"]["responses"]["200"]["content"]["application/jsonl"];
holds<Same<Events, Schemas["Item"]>>();
holds<Same<Lines, Schemas["Item"]>>();

export async function first(): Promise<string | undefined> {
  const { stream } = await sse({ query: { count: 3 } });
  for await (const event of stream) {
    return event.text;
  }
  return undefined;
}

export async function send(files: Blob[]): Promise<string[] | undefined> {
  const { data } = await upload({ body: { files } });
  return data?.files.map((file) => file.name);
}
