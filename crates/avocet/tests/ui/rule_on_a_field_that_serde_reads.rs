use avocet::prelude::*;

#[model(input)]
struct Item {
    #[field(serde, ge = 1)]
    number: u32,
    #[field(schema = path)]
    own: u32,
}

fn main() {}
