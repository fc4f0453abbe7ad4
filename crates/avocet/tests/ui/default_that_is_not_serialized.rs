use avocet::prelude::*;

#[model(input)]
enum Order {
    Up,
    Down,
}

#[get("/items")]
async fn items(#[query(default = Order::Up)] order: Order) -> u32 {
    match order {
        Order::Up => 1,
        Order::Down => 2,
    }
}

#[post("/items")]
async fn change(#[body] id: u32, #[body(default = Order::Up)] order: Order) -> u32 {
    drop(order);
    id
}

fn main() {}
