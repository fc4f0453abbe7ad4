use avocet::prelude::*;

struct Foreign;

#[model]
#[serde(tag = "type")]
enum Part {
    Foreign(Foreign),
}

fn main() {}
