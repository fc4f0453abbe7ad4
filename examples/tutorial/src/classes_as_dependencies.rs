//! [Classes as dependencies](https://fastapi.tiangolo.com/tutorial/dependencies/classes-as-dependencies/).
//!
//! The class is a model: each of its fields is a parameter of the query.

use avocet::prelude::*;

const ITEMS: [&str; 3] = ["Foo", "Bar", "Baz"];

#[model]
struct CommonQueryParams {
    q: Option<String>,
    #[field(default)]
    skip: usize,
    #[field(default = 100)]
    limit: usize,
}

#[model(output)]
struct Item {
    item_name: &'static str,
}

#[model(output)]
struct Found {
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    items: Vec<Item>,
}

#[get("/items/")]
async fn read_items(#[query] commons: CommonQueryParams) -> Found {
    let items = ITEMS.iter().skip(commons.skip).take(commons.limit);
    Found {
        q: commons.q,
        items: items.map(|item_name| Item { item_name }).collect(),
    }
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_items])
}
