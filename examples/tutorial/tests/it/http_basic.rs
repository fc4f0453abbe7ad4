use crate::client::{client, detail, get};
use serde_json::json;
use tutorial::http_basic::app;

#[tokio::test]
async fn a_name_and_a_password() {
    let client = client(app());
    // stanleyjobson:swordfish
    let stanley = [("authorization", "Basic c3RhbmxleWpvYnNvbjpzd29yZGZpc2g=")];
    get(
        &client,
        "/users/me",
        &stanley,
        200,
        json!({"username": "stanleyjobson"}),
    )
    .await;
    for (header, text) in [
        (None, "Not authenticated"),
        (Some("Basic notabase64token"), "Not authenticated"),
        // johnsecret
        (Some("Basic am9obnNlY3JldA=="), "Not authenticated"),
        // alice:swordfish, stanleyjobson:wrongpassword
        (
            Some("Basic YWxpY2U6c3dvcmRmaXNo"),
            "Incorrect username or password",
        ),
        (
            Some("Basic c3RhbmxleWpvYnNvbjp3cm9uZ3Bhc3N3b3Jk"),
            "Incorrect username or password",
        ),
    ] {
        let headers: Vec<_> = header
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let headers = get(&client, "/users/me", &headers, 401, detail(text)).await;
        assert_eq!(headers["www-authenticate"], "Basic");
    }
}
