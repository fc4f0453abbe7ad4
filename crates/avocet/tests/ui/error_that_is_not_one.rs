use avocet::prelude::*;

struct Trouble;

#[get("/item")]
async fn item() -> Result<u32, Trouble> {
    Err(Trouble)
}

fn main() {}
