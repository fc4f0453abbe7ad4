//! [Global dependencies](https://fastapi.tiangolo.com/tutorial/dependencies/global-dependencies/).

use crate::dependencies_in_decorators::{verify_key, verify_token};
use avocet::depend::Requirement;
use avocet::prelude::*;

#[model(output)]
struct Item {
    item: &'static str,
}

#[model(output)]
struct User {
    username: &'static str,
}

#[get("/items/")]
async fn read_items() -> Vec<Item> {
    vec![Item { item: "Portal Gun" }, Item { item: "Plumbus" }]
}

#[get("/users/")]
async fn read_users() -> Vec<User> {
    vec![User { username: "Rick" }, User { username: "Morty" }]
}

pub fn app() -> App {
    crate::fastapi()
        .requires(Requirement::of::<verify_token>())
        .requires(Requirement::of::<verify_key>())
        .routes(routes![read_items, read_users])
}
