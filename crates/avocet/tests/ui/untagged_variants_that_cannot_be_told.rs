use avocet::prelude::*;

#[model]
#[serde(untagged)]
enum Id {
    Number(u64),
    None,
    Nothing,
}

#[model]
#[serde(untagged)]
enum Level {
    Low,
}

#[model]
#[serde(untagged, tag = "type")]
enum Both {
    #[serde(alias = "a")]
    One(u64),
}

fn main() {}
