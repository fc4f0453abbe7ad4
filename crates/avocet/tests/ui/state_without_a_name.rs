use avocet::prelude::*;

#[get("/items")]
async fn items(#[state("")] count: u32) -> u32 {
    count
}

#[get("/others")]
async fn others(#[state(replica)] count: u32) -> u32 {
    count
}

fn main() {}
