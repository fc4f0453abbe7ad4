use avocet::prelude::*;

#[model]
struct Order {
    #[field(ge = "2020-01-01")]
    count: u32,
    #[field(trim)]
    tags: Vec<String>,
    #[field(map = shorten)]
    name: String,
}

fn shorten(name: String) -> usize {
    name.len()
}

fn main() {}
