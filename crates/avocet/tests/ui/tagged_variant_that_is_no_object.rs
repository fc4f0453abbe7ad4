use avocet::prelude::*;

#[model]
#[serde(tag = "type")]
enum Part {
    Text(String),
    Call(Call),
}

#[model]
struct Call {
    name: String,
}

fn main() {}
