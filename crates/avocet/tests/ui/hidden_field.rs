use avocet::prelude::*;

#[model]
struct Settings {
    #[field(hidden)]
    internal: Option<u32>,
    #[field(secret)]
    token: Option<String>,
}

fn main() {}
