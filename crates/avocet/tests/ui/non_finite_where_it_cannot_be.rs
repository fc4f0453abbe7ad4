use avocet::prelude::*;

#[model]
struct Named {
    #[field(non_finite = "null")]
    name: String,
}

#[model]
struct Zeroed {
    #[field(non_finite = "zero")]
    score: f32,
}

#[model(input)]
struct OnlyRead {
    #[field(non_finite = "null")]
    score: f32,
}

fn main() {}
