use avocet::prelude::*;

#[get("/shops/{shop}/items/{item_id}")]
async fn read_item(item_id: u32) -> u32 {
    item_id
}

fn main() {}
