use avocet::prelude::*;

#[get("/")]
async fn twice(#[header] x_id: u32, #[header(rename = "X-Id")] again: u32) -> u32 {
    x_id + again
}

fn main() {}
