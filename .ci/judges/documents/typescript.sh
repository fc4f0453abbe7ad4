# What the consumers that write TypeScript share: compile the call with the client, and run it.
extension=ts

compile() {
    cp "$here/calls/assert.ts" .
    local files=(client*)
    if [ -e "$program" ]; then
        cp "$program" call.ts
        files=(call.ts)
    elif [ -e client/index.ts ]; then
        files=(client/index.ts)
    fi
    tsc --noEmit --strict --skipLibCheck --module esnext --moduleResolution bundler --target es2022 \
        --lib es2022,dom,dom.iterable --types node "${files[@]}"
}

call() {
    esbuild call.ts --bundle --platform=node --format=esm --log-level=warning --outfile=call.mjs
    node call.mjs
}
