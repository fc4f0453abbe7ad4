use avocet::prelude::*;

#[model]
struct Item {
    #[field(max_length = 3)]
    count: u32,
    #[field(ge = 1)]
    name: String,
    #[field(items(min_length = 1))]
    numbers: Vec<u32>,
    #[field(unique)]
    tags: std::collections::BTreeSet<String>,
}

#[get("/items")]
async fn items(#[query(max_items = 3)] q: String) -> String {
    q
}

fn main() {}
