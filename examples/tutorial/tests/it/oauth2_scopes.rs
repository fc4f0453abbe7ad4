use crate::client::{client, detail, expect, get};
use crate::oauth2_jwt::{SECRET_KEY, TOKENS, log_in};
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::json;
use tutorial::oauth2_scopes::app;

fn service() -> TestClient {
    client(app(&Secret::new(SECRET_KEY.to_owned())).unwrap())
}

#[tokio::test]
async fn a_login_that_fails() {
    let client = service();
    for (username, password) in [("johndoe", "incorrect"), ("foo", "secret")] {
        let form = [("username", username), ("password", password)];
        let request = client.post("/token").form(&form);
        expect(request, 400, detail("Incorrect username or password")).await;
    }
}

#[tokio::test]
async fn a_token_with_scopes() {
    let client = service();
    let john = [("username", "johndoe"), ("password", "secret")];
    let me = log_in(&client, &[john[0], john[1], ("scope", "me")]).await;
    let user = json!({
        "username": "johndoe",
        "full_name": "John Doe",
        "email": "johndoe@example.com",
        "disabled": false,
    });
    get(&client, "/users/me/", &[("authorization", &me)], 200, user).await;

    let both = log_in(&client, &[john[0], john[1], ("scope", "me items")]).await;
    let items = json!([{"item_id": "Foo", "owner": "johndoe"}]);
    get(
        &client,
        "/users/me/items/",
        &[("authorization", &both)],
        200,
        items,
    )
    .await;

    let alice = [
        ("username", "alice"),
        ("password", "secretalice"),
        ("scope", "me"),
    ];
    let alice = log_in(&client, &alice).await;
    let headers = [("authorization", alice.as_str())];
    get(
        &client,
        "/users/me/",
        &headers,
        400,
        detail("Inactive user"),
    )
    .await;
}

#[tokio::test]
async fn a_token_without_scopes() {
    let client = service();
    let john = log_in(&client, &[("username", "johndoe"), ("password", "secret")]).await;
    let john = [("authorization", john.as_str())];
    let headers = get(
        &client,
        "/users/me/",
        &john,
        401,
        detail("Not enough permissions"),
    )
    .await;
    assert_eq!(headers["www-authenticate"], "Bearer scope=\"me\"");
    get(&client, "/status/", &john, 200, json!({"status": "ok"})).await;
}

#[tokio::test]
async fn tokens_that_are_not_valid() {
    let client = service();
    for (path, header) in [
        ("/users/me/", None),
        ("/users/me/", Some("Notexistent testtoken")),
        ("/status/", None),
    ] {
        let headers: Vec<_> = header
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let headers = get(&client, path, &headers, 401, detail("Not authenticated")).await;
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
    for token in TOKENS.into_iter().chain(["nonexistent"]) {
        let header = format!("Bearer {token}");
        let headers = [("authorization", header.as_str())];
        let body = detail("Could not validate credentials");
        let headers = get(&client, "/users/me/", &headers, 401, body).await;
        assert_eq!(headers["www-authenticate"], "Bearer scope=\"me\"");
    }
}
