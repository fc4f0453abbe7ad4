use avocet::prelude::*;

#[model]
struct Item {
    #[field(minimum = 1)]
    count: u32,
}

#[get("/items")]
async fn items(#[query(max = 3)] n: u32) -> u32 {
    n
}

fn main() {}
