use avocet::prelude::*;

#[model(literal)]
struct Name {
    name: String,
}

#[model(integer, literal)]
enum Level {
    Low = 1,
}

fn main() {}
