use avocet::prelude::*;

#[model]
struct Item {
    #[field(default = true)]
    count: u32,
    #[field(default = 1.5)]
    size: u32,
}

#[get("/items")]
async fn items(#[query(default = true)] limit: u32) -> u32 {
    limit
}

fn main() {}
