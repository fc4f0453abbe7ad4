import { type Same, holds } from "./assert";
import { hello, type HelloResponses } from "./hey-api";

holds<Same<HelloResponses[200], string>>();

export async function greeting(): Promise<string | undefined> {
  const { data } = await hello({ path: { name: "Ann" } });
  return data;
}
