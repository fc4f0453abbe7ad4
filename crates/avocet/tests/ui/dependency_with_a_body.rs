use avocet::prelude::*;

#[dependency]
async fn order(#[body] order: u32, page: u32) -> u32 {
    order + page
}

#[dependency(once)]
fn not_async() -> u32 {
    1
}

#[dependency]
async fn wrong_error() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
