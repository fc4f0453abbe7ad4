environment=$tools/openapi-python-client
. "$here/python.sh"

generate() {
    # It runs ruff by its name.
    PATH=$environment/bin:$PATH
    openapi-python-client generate --path "$document" --output-path generated --overwrite 2>&1 | tee generated.log
    mv generated/*_client client
}

# What it leaves out of the client.
review() {
    if grep -q WARNING generated.log; then
        cat generated.log
        return 1
    fi
}
