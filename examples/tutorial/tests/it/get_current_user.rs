use crate::client::{client, detail, get};
use serde_json::json;
use tutorial::get_current_user::app;

#[tokio::test]
async fn the_token_becomes_a_user() {
    let client = client(app());
    let headers = get(&client, "/users/me", &[], 401, detail("Not authenticated")).await;
    assert_eq!(headers["www-authenticate"], "Bearer");
    let user = json!({
        "username": "testtokenfakedecoded",
        "email": "john@example.com",
        "full_name": "John Doe",
        "disabled": null,
    });
    let token = [("authorization", "Bearer testtoken")];
    get(&client, "/users/me", &token, 200, user).await;
}
