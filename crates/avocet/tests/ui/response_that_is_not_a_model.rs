use avocet::prelude::*;

struct Item {
    id: u32,
}

#[get("/item")]
async fn item() -> Item {
    Item { id: 1 }
}

#[get("/items")]
async fn items() -> Result<Vec<Item>, HttpError> {
    Ok(vec![])
}

fn main() {}
