. "$here/typescript.sh"

generate() { "$tools/openapi-generator/bin/openapi-generator-cli" generate -i "$document" -g typescript-fetch -o client; }
