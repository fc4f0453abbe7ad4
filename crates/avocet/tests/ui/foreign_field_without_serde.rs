use avocet::prelude::*;

struct Foreign;

#[model]
struct Item {
    #[field(serde)]
    more: Foreign,
}

#[model(output)]
struct Written {
    #[field(serde)]
    more: Foreign,
}

fn main() {}
