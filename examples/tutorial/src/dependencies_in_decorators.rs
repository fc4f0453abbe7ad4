//! [Dependencies in path operation decorators](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-in-path-operation-decorators/).

use avocet::prelude::*;

#[dependency]
pub(crate) async fn verify_token(#[header] x_token: String) -> Result<(), HttpError> {
    if x_token != "fake-super-secret-token" {
        return Err(HttpError::new(
            StatusCode::BAD_REQUEST,
            "X-Token header invalid",
        ));
    }
    Ok(())
}

#[dependency]
pub(crate) async fn verify_key(#[header] x_key: String) -> Result<String, HttpError> {
    if x_key != "fake-super-secret-key" {
        return Err(HttpError::new(
            StatusCode::BAD_REQUEST,
            "X-Key header invalid",
        ));
    }
    Ok(x_key)
}

#[model(output)]
struct Item {
    item: &'static str,
}

#[get("/items/", requires(verify_token), requires(verify_key))]
async fn read_items() -> Vec<Item> {
    vec![Item { item: "Foo" }, Item { item: "Bar" }]
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_items])
}
