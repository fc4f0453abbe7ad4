use avocet::prelude::*;

#[model]
struct Item {
    #[field(default = 7, le = 3)]
    count: u32,
    #[field(default = -1.5, gt = -1)]
    size: f64,
    #[field(default = "", min_length = 1)]
    name: String,
}

#[get("/items")]
async fn items(#[query(default = 10, multiple_of = 3)] limit: u32) -> u32 {
    limit
}

fn main() {}
