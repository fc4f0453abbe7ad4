//! A protected service of items, beside the same in `crud.py`.

// ANCHOR: all
use avocet::depend::Requirement;
use avocet::prelude::*;
use avocet::security::unauthorized;
use avocet::types::Secret;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[model]
#[derive(Clone)]
struct Item {
    #[field(min_length = 1)]
    name: String,
    #[field(gt = 0)]
    price: f64,
}

type Items = Arc<Mutex<BTreeMap<u32, Item>>>;

#[dependency]
async fn editor(#[bearer] token: Secret<String>) -> Result<(), HttpError> {
    if token.matches("t0ps3cret") {
        Ok(())
    } else {
        Err(unauthorized("Bearer", "Unknown token"))
    }
}

fn missing() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "There is no such item")
}

#[get("/items")]
async fn list(#[state] items: Items) -> BTreeMap<u32, Item> {
    items.lock().unwrap().clone()
}

#[get("/items/{id}")]
async fn show(id: u32, #[state] items: Items) -> Result<Item, HttpError> {
    items.lock().unwrap().get(&id).cloned().ok_or_else(missing)
}

#[post("/items", status = 201)]
async fn add(#[body] item: Item, #[state] items: Items) -> u32 {
    let mut items = items.lock().unwrap();
    let id = items.keys().last().unwrap_or(&0) + 1;
    items.insert(id, item);
    id
}

#[put("/items/{id}")]
async fn replace(id: u32, #[body] item: Item, #[state] items: Items) -> Result<Item, HttpError> {
    let mut items = items.lock().unwrap();
    *items.get_mut(&id).ok_or_else(missing)? = item.clone();
    Ok(item)
}

#[delete("/items/{id}", status = 204)]
async fn remove(id: u32, #[state] items: Items) -> Result<(), HttpError> {
    let removed = items.lock().unwrap().remove(&id);
    removed.map(drop).ok_or_else(missing)
}

pub fn app() -> App {
    let app = App::new("Shop", "1.0.0").requires(Requirement::of::<editor>());
    let routes = routes![list, show, add, replace, remove];
    app.state(Items::default()).routes(routes)
}
// ANCHOR_END: all
