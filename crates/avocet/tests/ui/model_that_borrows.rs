use avocet::prelude::*;

#[model]
struct Text<'a> {
    text: &'a str,
}

fn main() {}
