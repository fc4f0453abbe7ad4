use super::dependencies::get_token_header;
use avocet::depend::Requirement;
use avocet::prelude::*;
use std::collections::BTreeMap;

const ITEMS: [(&str, &str); 2] = [("plumbus", "Plumbus"), ("gun", "Portal Gun")];

#[model(output)]
struct Named {
    name: &'static str,
}

#[model(output)]
struct Item {
    name: &'static str,
    item_id: String,
}

#[get("/")]
async fn read_items() -> BTreeMap<String, Named> {
    ITEMS
        .map(|(id, name)| (id.to_owned(), Named { name }))
        .into()
}

#[get("/{item_id}")]
async fn read_item(item_id: String) -> Result<Item, HttpError> {
    match ITEMS.iter().find(|(id, _)| *id == item_id) {
        Some((_, name)) => Ok(Item { name, item_id }),
        None => Err(HttpError::new(StatusCode::NOT_FOUND, "Item not found")),
    }
}

#[put("/{item_id}", tag = "custom", response(403, "Operation forbidden"))]
async fn update_item(item_id: String) -> Result<Item, HttpError> {
    if item_id != "plumbus" {
        return Err(HttpError::new(
            StatusCode::FORBIDDEN,
            "You can only update the item: plumbus",
        ));
    }
    Ok(Item {
        name: "The great Plumbus",
        item_id,
    })
}

// ANCHOR: router
pub(super) fn router() -> Router {
    Router::new("/items")
        .tag("items")
        .requires(Requirement::of::<get_token_header>())
        .describe_response("404", "Not found")
        .routes(routes![read_items, read_item, update_item])
}
// ANCHOR_END: router
