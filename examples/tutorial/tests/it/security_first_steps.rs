use crate::client::{client, detail, get};
use serde_json::json;
use tutorial::security_first_steps::app;

#[tokio::test]
async fn a_bearer_token_is_required() {
    let client = client(app());
    let token = [("authorization", "Bearer testtoken")];
    get(
        &client,
        "/items/",
        &token,
        200,
        json!({"token": "testtoken"}),
    )
    .await;
    for headers in [&[][..], &[("authorization", "Notexistent testtoken")]] {
        let headers = get(
            &client,
            "/items/",
            headers,
            401,
            detail("Not authenticated"),
        )
        .await;
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
}
