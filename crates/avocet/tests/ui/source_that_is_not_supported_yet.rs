use avocet::prelude::*;

#[get("/me")]
async fn me(#[depends(user)] name: String) -> String {
    name
}

fn main() {}
