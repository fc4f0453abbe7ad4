//! `#[body(embed)]`: one body argument that is a member of the body's object, like `FastAPI`'s `Body(embed=True)`.

use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

#[model]
struct Item {
    name: String,
}

#[put("/items")]
async fn put_item(#[body(embed)] item: Item) -> String {
    item.name
}

#[put("/names")]
async fn put_name(
    #[body(embed, rename = "new-name", default = "none", max_length = 4, trim)] name: String,
) -> String {
    name
}

#[put("/both")]
async fn put_both(#[body(embed)] item: Item, #[body] count: Option<u8>) -> String {
    format!("{} {count:?}", item.name)
}

#[tokio::test]
async fn one_body_is_a_member() {
    let app = App::new("Items", "1").routes(routes![put_item, put_name, put_both]);
    let app = app.build().unwrap();
    let body = &app.openapi()["paths"]["/items"]["put"]["requestBody"];
    assert_eq!(body["required"], true);
    assert_eq!(
        body["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/Body_put_item"
    );
    assert_eq!(
        app.openapi()["components"]["schemas"]["Body_put_item"],
        json!({
            "type": "object",
            "properties": {"item": {"$ref": "#/components/schemas/Item"}},
            "required": ["item"],
        })
    );
    let client = TestClient::new(app);
    let put = async |path: &str, body: Value| {
        let response = client.put(path).json(&body).send().await;
        serde_json::from_str::<Value>(&response.text().await).unwrap()
    };
    assert_eq!(put("/items", json!({"item": {"name": "a"}})).await, "a");
    assert_eq!(put("/names", json!({"new-name": " abc "})).await, "abc");
    assert_eq!(put("/names", json!({})).await, "none");
    assert_eq!(
        put("/both", json!({"item": {"name": "a"}, "count": 1})).await,
        "a Some(1)"
    );
    let errors = put("/items", json!({"name": "a"})).await;
    assert_eq!(errors["detail"][0]["type"], "missing");
    assert_eq!(errors["detail"][0]["loc"], json!(["body", "item"]));
    let errors = put("/items", json!({"item": {"name": 1}})).await;
    assert_eq!(errors["detail"][0]["loc"], json!(["body", "item", "name"]));
}
