//! Coming from FastAPI.

// ANCHOR: item
use avocet::prelude::*;

/// An item of the shop.
#[model]
pub struct Item {
    #[field(min_length = 1)]
    name: String,
    #[field(ge = 0)]
    price: f64,
    #[field(default)]
    tags: Vec<String>,
}

/// Replace an item.
#[put("/items/{item_id}")]
async fn replace_item(
    item_id: u32,
    #[body] mut item: Item,
    #[query(ge = 0, le = 1)] discount: Option<f64>,
) -> Result<Item, HttpError> {
    if item_id > 1000 {
        return Err(HttpError::new(StatusCode::NOT_FOUND, "Item not found"));
    }
    item.price *= 1.0 - discount.unwrap_or(0.0);
    Ok(item)
}
// ANCHOR_END: item

// ANCHOR: app
use avocet::OperationIds;

pub fn app() -> App {
    App::new("Shop", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .include_input_in_errors()
        .routes(routes![replace_item])
}
// ANCHOR_END: app
