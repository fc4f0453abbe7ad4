use crate::client::{client, get};
use serde_json::{Value, json};
use tutorial::cookie_parameter_models::app;

/// The response to a request without the cookie `session_id`.
fn missing() -> Value {
    json!({"detail": [{
        "type": "missing",
        "loc": ["cookie", "session_id"],
        "msg": "Field required",
        "input": null,
    }]})
}

#[tokio::test]
async fn the_fields_are_cookies() {
    let client = client(app());
    let one = json!({"session_id": "123", "fatebook_tracker": null, "googall_tracker": null});
    let all = json!({"session_id": "123", "fatebook_tracker": "456", "googall_tracker": "789"});
    for path in ["/items/", "/known/"] {
        let cookies = "session_id=123; fatebook_tracker=456; googall_tracker=789";
        get(&client, path, &[("cookie", cookies)], 200, all.clone()).await;
        get(
            &client,
            path,
            &[("cookie", "session_id=123")],
            200,
            one.clone(),
        )
        .await;
        get(&client, path, &[], 422, missing()).await;
    }
}

#[tokio::test]
async fn an_unknown_cookie_can_be_forbidden() {
    let client = client(app());
    let cookies = [("cookie", "session_id=123; extra=track-me-here-too")];
    let one = json!({"session_id": "123", "fatebook_tracker": null, "googall_tracker": null});
    get(&client, "/items/", &cookies, 200, one).await;
    let forbidden = json!({"detail": [{
        "type": "extra_forbidden",
        "loc": ["cookie", "extra"],
        "msg": "Extra inputs are not permitted",
        "input": "track-me-here-too",
    }]});
    get(&client, "/known/", &cookies, 422, forbidden).await;
}
