use avocet::prelude::*;

struct Filter {
    name: String,
}

#[get("/items")]
async fn items(#[query] filter: Filter) -> String {
    filter.name
}

#[model]
struct Range {
    from: u32,
}

#[get("/ranges")]
async fn ranges(#[query] ranges: Vec<Range>) -> u32 {
    ranges.iter().map(|range| range.from).sum()
}

fn main() {}
