use avocet::prelude::*;

#[model]
#[serde(remote = "Other")]
enum Id {
    Number,
    Text,
}

#[model]
struct Item {
    #[serde(borrow)]
    more: u32,
    #[serde(skip_serialising)]
    name: String,
}

fn main() {}
