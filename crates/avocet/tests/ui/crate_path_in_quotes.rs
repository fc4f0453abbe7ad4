use avocet::prelude::*;

#[model(crate = "avocet")]
struct Item {
    name: String,
}

#[get("/items", crate)]
async fn items() -> u32 {
    1
}

#[errors(crate = avocet, status = 404)]
enum Missing {
    #[error(status = 404)]
    Item,
}

fn main() {}
