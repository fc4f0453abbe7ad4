# Types alone; openapi-fetch is the client that uses them.
. "$here/typescript.sh"

generate() { openapi-typescript "$document" --output client.ts; }
