//! The protected service of items.

use avocet::testing::{TestClient, TestRequest};
use guide_examples::crud::app;
use serde_json::{Value, json};

#[tokio::test]
async fn items_are_kept_for_who_may_edit_them() {
    let client = TestClient::new(app().build().unwrap());
    assert_eq!(client.open_operations().await, [""; 0]);
    let send = async |request: TestRequest| {
        let request = request.header("authorization", "Bearer t0ps3cret");
        let response = request.send().await;
        let (status, text) = (response.status().as_u16(), response.text().await);
        (
            status,
            serde_json::from_str::<Value>(&text).unwrap_or(Value::Null),
        )
    };
    let (pen, ink) = (
        json!({"name": "pen", "price": 1.5}),
        json!({"name": "ink", "price": 4.0}),
    );
    assert_eq!(
        send(client.post("/items").json(&pen)).await,
        (201, json!(1))
    );
    assert_eq!(
        send(client.put("/items/1").json(&ink)).await,
        (200, ink.clone())
    );
    assert_eq!(send(client.get("/items/1")).await, (200, ink.clone()));
    assert_eq!(send(client.get("/items")).await, (200, json!({"1": ink})));
    assert_eq!(send(client.delete("/items/1")).await, (204, Value::Null));
    let missing = (404, json!({"detail": "There is no such item"}));
    assert_eq!(send(client.get("/items/1")).await, missing);
    let (status, _) = send(client.post("/items").json(&json!({"name": "", "price": 0}))).await;
    assert_eq!(status, 422);
}
