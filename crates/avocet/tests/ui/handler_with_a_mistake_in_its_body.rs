use avocet::prelude::*;

/// The body is not the macro's affair.
#[get("/sum")]
async fn sum(#[query] a: u32, #[query] b: u32) -> u32 {
    a + c
}

fn main() {
    let _ = routes![sum];
}
