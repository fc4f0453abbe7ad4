use avocet::prelude::*;

#[get("/", tags = "items")]
async fn items() -> u32 {
    1
}

fn main() {}
