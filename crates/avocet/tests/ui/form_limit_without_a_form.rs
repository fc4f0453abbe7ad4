use avocet::prelude::*;

#[post("/items", form_files = 2)]
async fn items(#[body] names: Vec<String>) -> usize {
    names.len()
}

fn main() {}
