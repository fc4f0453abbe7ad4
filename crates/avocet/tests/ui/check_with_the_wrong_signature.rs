use avocet::prelude::*;

fn even(number: u64) -> bool {
    number % 2 == 0
}

fn positive(number: &u32) -> bool {
    *number > 0
}

#[model]
struct Item {
    #[field(check = even)]
    count: u32,
    #[field(check = positive)]
    size: u32,
}

#[model(check = fits)]
struct Order {
    count: u32,
}

fn fits(order: &Order) -> Option<String> {
    (order.count > 9).then(|| "too many".to_owned())
}

#[get("/items")]
async fn items(#[query(check = positive)] limit: u32) -> u32 {
    limit
}

fn main() {}
