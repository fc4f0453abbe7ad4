use avocet::prelude::*;

#[model]
struct Cost {
    tokens: u32,
}

#[headers]
struct Headers {
    x_cost: Cost,
}

fn main() {}
