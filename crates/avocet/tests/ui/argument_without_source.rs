use avocet::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: u32, limit: u32) -> u32 {
    item_id + limit
}

fn main() {
    let _ = routes![read_item];
}
