use avocet::prelude::*;

struct Foreign;

#[model]
#[serde(tag = "type")]
enum Part {
    Foreign(Foreign),
}

#[model]
struct Item {
    #[serde(flatten)]
    more: Foreign,
}

fn main() {}
