use avocet::prelude::*;

#[get("/items", layer = 5)]
async fn items() -> u32 {
    1
}

#[get("/others", extend)]
async fn others() -> u32 {
    1
}

fn main() {}
