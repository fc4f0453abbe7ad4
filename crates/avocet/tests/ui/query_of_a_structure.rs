use avocet::prelude::*;

#[model]
struct Filter {
    name: String,
}

#[get("/items")]
async fn items(#[query] filter: Filter) -> String {
    filter.name
}

#[get("/more")]
async fn more(#[query(default = Filter { name: String::new() })] filter: Filter) -> String {
    filter.name
}

fn main() {}
