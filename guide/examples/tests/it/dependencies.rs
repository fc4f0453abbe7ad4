//! Dependencies.

// ANCHOR: test
use avocet::testing::TestClient;
use guide_examples::dependencies::{app_with_user, current_user};

#[tokio::test]
async fn a_user_sees_itself() {
    let client = TestClient::new(app_with_user().build().unwrap())
        .replace::<current_user>(|| "ada".to_owned());
    assert_eq!(client.get("/me").send().await.json::<String>().await, "ada");
}
// ANCHOR_END: test

#[tokio::test]
async fn without_the_replacement_it_does_not() {
    let client = TestClient::new(app_with_user().build().unwrap());
    let request = client.get("/me").header("authorization", "Bearer abc");
    assert_eq!(request.send().await.status(), 401);
}

#[tokio::test]
async fn the_examples_do_what_the_chapter_says() {
    let client = TestClient::new(guide_examples::dependencies::app().build().unwrap());
    let openapi: serde_json::Value = client.get("/openapi.json").send().await.json().await;
    let responses = &openapi["paths"]["/items/{id}"]["put"]["responses"];
    assert!(responses["409"].is_object(), "{responses}");
    let response = client.get("/items?offset=5&limit=2").send().await;
    assert_eq!(response.text().await, "[5,6]");
    for path in ["/items?limit=1000", "/items?offset=4294967295"] {
        assert_eq!(client.get(path).send().await.status(), 422, "{path}");
    }
    assert_eq!(client.put("/items/3").send().await.status(), 409);
    assert_eq!(client.post("/orders").json(&7).send().await.status(), 201);
}
