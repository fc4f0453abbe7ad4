use avocet::prelude::*;

#[model]
enum Precision {
    #[model(value = 1.5)]
    Half,
    #[model(value = 16)]
    Sixteen,
    #[model(value = 16)]
    Again,
    #[model(value = 32)]
    #[serde(rename = "full")]
    Full,
    #[serde(other)]
    Other,
}

#[model(integer)]
enum Grade {
    #[model(value = 1)]
    Rough = 1,
}

#[model]
#[serde(tag = "kind")]
enum Shape {
    #[model(value = 1)]
    Point,
}

fn main() {}
