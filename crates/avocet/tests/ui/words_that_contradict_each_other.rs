use avocet::prelude::*;

#[model]
struct Order {
    #[field(lowercase, uppercase)]
    code: String,
    #[field(keys(trim))]
    labels: std::collections::BTreeMap<String, u32>,
    #[field(ge = yesterday)]
    day: u32,
    #[field(trim = true)]
    name: String,
}

#[get("/orders")]
async fn orders(#[query(embed)] page: u32) -> u32 {
    page
}

#[put("/order")]
async fn order(#[body(default = 1)] count: u32) -> u32 {
    count
}

fn main() {}
