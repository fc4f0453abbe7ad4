use avocet::prelude::*;

#[model(integer)]
enum Grade {
    Rough = 1,
    Fine,
    #[serde(rename = "best")]
    Best = 3,
    Same = 0x3,
}

fn main() {}
