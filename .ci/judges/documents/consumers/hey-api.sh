# The one of these whose client reads streams as typed items.
. "$here/typescript.sh"

generate() { openapi-ts --input "$document" --output client --client @hey-api/client-fetch --no-log-file; }
