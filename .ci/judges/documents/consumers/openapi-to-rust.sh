extension=rs
export CARGO_TARGET_DIR=$tools/rust/target

generate() { openapi-to-rust generate "$document" --output-dir src/client; }

compile() {
    # cargo takes programs of one name in several folders for one.
    local file
    for file in Cargo.toml Cargo.lock; do sed "s/^name = \"call\"$/name = \"call-$name\"/" "$here/rust/$file" >$file; done
    if [ -e "$program" ]; then
        cp "$program" src/main.rs
    else
        printf '#![allow(dead_code)]\nmod client;\nfn main() {}\n' >src/main.rs
    fi
    cargo build --quiet --locked
}

call() { "$CARGO_TARGET_DIR/debug/call-$name"; }
