//! [Testing](https://fastapi.tiangolo.com/tutorial/testing/).

use avocet::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[model]
#[derive(Clone)]
struct Item {
    id: String,
    title: String,
    description: Option<String>,
}

type Db = Arc<Mutex<HashMap<String, Item>>>;

#[dependency]
async fn token(#[header] x_token: String) -> Result<(), HttpError> {
    if x_token != "coneofsilence" {
        return Err(HttpError::new(
            StatusCode::BAD_REQUEST,
            "Invalid X-Token header",
        ));
    }
    Ok(())
}

#[get("/items/{item_id}", requires(token))]
async fn read_main(item_id: String, #[state] db: Db) -> Result<Item, HttpError> {
    let item = db.lock().unwrap().get(&item_id).cloned();
    item.ok_or_else(|| HttpError::new(StatusCode::NOT_FOUND, "Item not found"))
}

#[post("/items/", requires(token))]
async fn create_item(#[body] item: Item, #[state] db: Db) -> Result<Item, HttpError> {
    let mut db = db.lock().unwrap();
    if db.contains_key(&item.id) {
        return Err(HttpError::new(StatusCode::CONFLICT, "Item already exists"));
    }
    db.insert(item.id.clone(), item.clone());
    Ok(item)
}

pub fn app() -> App {
    let items = [
        ("foo", "Foo", "There goes my hero"),
        ("bar", "Bar", "The bartenders"),
    ];
    let items = items.map(|(id, title, description)| {
        let item = Item {
            id: id.to_owned(),
            title: title.to_owned(),
            description: Some(description.to_owned()),
        };
        (id.to_owned(), item)
    });
    crate::fastapi()
        .state(Db::new(Mutex::new(items.into())))
        .routes(routes![read_main, create_item])
}
