use crate::client::{client, get};
use serde_json::json;
use tutorial::sub_dependencies::app;

#[tokio::test]
async fn the_query_or_the_cookie() {
    let client = client(app());
    let cookie = [("cookie", "last_query=from_cookie")];
    get(
        &client,
        "/items/",
        &cookie,
        200,
        json!({"q_or_cookie": "from_cookie"}),
    )
    .await;
    get(
        &client,
        "/items/?q=foo",
        &cookie,
        200,
        json!({"q_or_cookie": "foo"}),
    )
    .await;
    get(&client, "/items/", &[], 200, json!({"q_or_cookie": null})).await;
}
