use avocet::prelude::*;

struct Encoder;

#[get("/encode")]
async fn encode(#[state] encoder: Encoder) -> u32 {
    let _ = encoder;
    1
}

fn main() {}
