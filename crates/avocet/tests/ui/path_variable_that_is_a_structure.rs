use avocet::prelude::*;

#[model]
struct Key {
    id: u32,
}

#[get("/items/{key}")]
async fn item(key: Key) -> u32 {
    key.id
}

fn main() {}
