environment=$tools/openapi-generator
. "$here/python.sh"

generate() {
    "$environment/bin/openapi-generator-cli" generate -i "$document" -g python -o generated --package-name client
    mv generated/client .
}
