use avocet::prelude::*;

#[model]
struct Item {
    #[serde(flatten)]
    more: u32,
}

fn main() {}
