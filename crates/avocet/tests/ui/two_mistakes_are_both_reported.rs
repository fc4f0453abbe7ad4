use avocet::prelude::*;

#[model]
struct Item {
    #[field(min_length = "one")]
    name: String,
    #[field(ge = 10, le = 1)]
    count: u32,
}

#[post("/items/{id}", status = 404)]
fn create(item: Item, #[query] #[header] name: String) -> Item {
    item
}

fn main() {}
