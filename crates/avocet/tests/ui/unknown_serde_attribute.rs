use avocet::prelude::*;

#[model]
#[serde(untagged)]
enum Id {
    Number,
    Text,
}

#[model]
struct Item {
    #[serde(flatten)]
    more: u32,
    #[serde(skip_serialising)]
    name: String,
}

fn main() {}
