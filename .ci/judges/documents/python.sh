# What the consumers that write Python share: compile the client, check the call's types, and run it. `environment` has its packages.
extension=py

compile() {
    "$environment/bin/python" -m compileall -q client
    if [ -e "$program" ]; then
        cp "$program" call.py
        "$environment/bin/mypy" --no-error-summary --cache-dir "$environment/mypy" call.py
    else
        "$environment/bin/python" -c "import client.api"
    fi
}

call() { "$environment/bin/python" call.py; }
