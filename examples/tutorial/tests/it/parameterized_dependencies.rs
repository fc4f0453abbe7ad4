use crate::client::{client, get};
use serde_json::json;
use tutorial::parameterized_dependencies::app;

#[tokio::test]
async fn the_query_contains_the_parameter() {
    let client = client(app());
    for (path, contains) in [
        ("/query-checker/", false),
        ("/query-checker/?q=qwerty", false),
        ("/query-checker/?q=foobar", true),
    ] {
        let body = json!({"fixed_content_in_query": contains});
        get(&client, path, &[], 200, body).await;
    }
}
