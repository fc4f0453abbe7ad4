use avocet::prelude::*;

#[model]
#[serde(content = "data")]
enum Part {
    Text,
}

#[model]
#[serde(tag = "type", content = "type")]
enum Twice {
    Text(String),
    #[serde(other)]
    Other(String),
}

fn main() {}
