use crate::client::{client, expect};
use serde_json::json;
use tutorial::response_cookies::app;

#[tokio::test]
async fn the_response_sets_the_cookie() {
    for path in ["/cookie/", "/cookie-and-object/"] {
        let client = client(app());
        let body = json!({"message": "Come to the dark side, we have cookies"});
        expect(client.post(path), 200, body).await;
        let cookie = client.cookie("fakesession");
        assert_eq!(
            cookie.as_deref(),
            Some("fake-cookie-session-value"),
            "{path}"
        );
    }
}
