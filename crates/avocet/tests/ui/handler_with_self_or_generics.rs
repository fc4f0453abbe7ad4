use avocet::prelude::*;

struct Api;

impl Api {
    #[get("/one")]
    async fn one(&self) -> u32 {
        1
    }
}

#[get("/two")]
async fn two<T: Clone>(#[query] n: u32) -> u32 {
    n
}

fn main() {}
