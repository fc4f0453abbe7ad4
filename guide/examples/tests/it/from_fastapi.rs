//! Coming from FastAPI.

use crate::outputs::assert_response;
use avocet::testing::TestClient;
use guide_examples::from_fastapi::app;
use serde_json::{Value, json};

#[tokio::test]
async fn it_is_as_shown() {
    let client = TestClient::new(app().build().unwrap());
    let put = |path: &str, body| client.put(path).json(&body).send();
    let good = json!({"name": "pen", "price": 1.5});
    assert_response(
        "fastapi_item.json",
        200,
        put("/items/7?discount=0.5", good.clone()).await,
    )
    .await;
    // The response is valid under its own schema with every discount.
    let free: Value = put("/items/7?discount=1", good.clone()).await.json().await;
    assert_eq!(
        client.put("/items/7").json(&free).send().await.status(),
        200
    );
    assert_response("fastapi_missing.json", 404, put("/items/1001", good).await).await;
    let bad = put(
        "/items/seven?discount=half",
        json!({"name": "", "price": "1.5"}),
    )
    .await;
    assert_response("fastapi_invalid.json", 422, bad).await;
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let operation = &document["paths"]["/items/{item_id}"]["put"];
    assert_eq!(operation["operationId"], "replace_item_items__item_id__put");
}
