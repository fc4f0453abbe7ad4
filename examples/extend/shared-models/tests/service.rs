//! The service that takes and returns the models.

use avocet::prelude::*;
use avocet::testing::TestClient;
use shared_models::{Item, NewItem, read_item};

#[post("/items", status = 201)]
async fn add_item(#[body] new: NewItem) -> Item {
    Item {
        id: 1,
        name: new.name,
        price: new.price,
    }
}

#[avocet::main]
async fn check() -> avocet::Result<()> {
    let service = App::new("Shop", "1.0.0")
        .routes(routes![add_item])
        .build()?;
    let client = TestClient::new(service);
    let new = NewItem {
        name: "lamp".to_owned(),
        price: 12.5,
    };
    let request = client
        .post("/items")
        .header("content-type", "application/json");
    let response = request.body(new.to_json()).send().await;
    assert_eq!(response.status(), 201);
    let item = read_item(&response.bytes().await).expect("an item");
    assert_eq!((item.id, item.name, item.price), (1, new.name, new.price));
    Ok(())
}

#[test]
fn a_service_and_its_client_share_the_models() {
    check().expect("the service is built");
}
