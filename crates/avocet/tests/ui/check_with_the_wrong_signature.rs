use avocet::prelude::*;

fn even(number: u64) -> bool {
    number % 2 == 0
}

#[model]
struct Item {
    #[field(check = even)]
    count: u32,
}

fn main() {}
