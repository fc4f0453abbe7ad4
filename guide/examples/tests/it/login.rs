//! Login and API keys.

use crate::outputs::assert_response;
use avocet::testing::TestClient;
use avocet::types::Secret;
use avocet_store::Store;
use guide_examples::login::app;
use serde_json::{Value, json};

// ANCHOR: client
fn client() -> TestClient {
    let secret = Secret::new("a secret of the tests, with 32 bytes".to_owned());
    let app = app(&secret, &Store::memory()).unwrap();
    TestClient::new(app.build().unwrap())
}

/// Registers a user, logs in, and returns the header `Authorization`.
async fn log_in(client: &TestClient, name: &str, scope: &str) -> String {
    let user = json!({"name": name, "password": "correct horse"});
    let registered = client.post("/users").json(&user).send().await;
    assert_eq!(registered.status(), 201);
    let form = [
        ("username", name),
        ("password", "correct horse"),
        ("scope", scope),
    ];
    let token: Value = client.post("/token").form(&form).send().await.json().await;
    format!("Bearer {}", token["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn admin_only() {
    let client = client();
    let ada = log_in(&client, "ada", "items admin").await;
    let bob = log_in(&client, "bob", "items admin").await;
    for (path, user, status) in [
        ("/users/me", &ada, 200),
        ("/users/me", &bob, 200),
        ("/subject", &bob, 200),
        ("/users", &ada, 200),
        ("/users", &bob, 403),
    ] {
        let request = client.get(path).header("authorization", user);
        assert_eq!(request.send().await.status(), status, "{path}");
    }
    assert_eq!(client.open_operations().await, Vec::<String>::new());
}
// ANCHOR_END: client

#[tokio::test]
async fn a_login_that_fails_does_not_say_why() {
    let client = client();
    log_in(&client, "ada", "").await;
    for (name, password) in [("ada", "wrong horse"), ("eve", "correct horse")] {
        let form = [("username", name), ("password", password)];
        let response = client.post("/token").form(&form).send().await;
        assert_eq!(response.header("www-authenticate"), "Bearer");
        assert_response("login_wrong.json", 401, response).await;
    }
    let again = json!({"name": "ada", "password": "another horse"});
    let response = client.post("/users").json(&again).send().await;
    assert_eq!(response.status(), 409);
    let forged = client
        .get("/users/me")
        .header("authorization", "Bearer forged");
    let forged = forged.send().await;
    assert_eq!(
        forged.header("www-authenticate"),
        "Bearer error=\"invalid_token\""
    );
    assert_response("login_invalid.json", 401, forged).await;
}

#[tokio::test]
async fn the_response_of_a_login_is_the_one_of_oauth() {
    let client = client();
    log_in(&client, "ada", "").await;
    let form = [
        ("username", "ada"),
        ("password", "correct horse"),
        ("scope", "items admin"),
    ];
    let response = client.post("/token").form(&form).send().await;
    let text = response.text().await;
    let token: Value = serde_json::from_str(&text).unwrap();
    let shown = text.replace(token["access_token"].as_str().unwrap(), "eyJ0eXAi…");
    crate::outputs::assert_shown("login_token.json", &shown);
}

#[tokio::test]
async fn api_keys_are_created_used_rotated_and_revoked() {
    let client = client();
    let ada = log_in(&client, "ada", "").await;
    let bob = log_in(&client, "bob", "").await;
    let complete = async |key: &str| {
        let request = client.post("/complete").header("x-key", key).json("Once");
        request.send().await
    };
    let created = client
        .post("/keys")
        .header("authorization", &ada)
        .send()
        .await;
    let created: Value = created.json().await;
    let (id, key) = (
        created["id"].as_str().unwrap(),
        created["key"].as_str().unwrap(),
    );
    assert_eq!(complete(key).await.text().await, "\"Once …, for ada\"");

    let listed = client
        .get("/keys")
        .header("authorization", &ada)
        .send()
        .await;
    let listed: Value = listed.json().await;
    let shown = format!("club_…{}", &key[key.len() - 4..]);
    assert_eq!(listed, json!([{"id": id, "shown": shown}]));
    let of_bob = client
        .get("/keys")
        .header("authorization", &bob)
        .send()
        .await;
    assert_eq!(of_bob.text().await, "[]");

    let rotate = format!("/keys/{id}/rotate");
    let rotated = client
        .post(&rotate)
        .header("authorization", &bob)
        .send()
        .await;
    assert_eq!(rotated.status(), 404);
    let rotated = client
        .post(&rotate)
        .header("authorization", &ada)
        .send()
        .await;
    let rotated: Value = rotated.json().await;
    let new = rotated["key"].as_str().unwrap();
    assert_eq!(complete(key).await.status(), 200);
    assert_eq!(complete(new).await.status(), 200);
    // The limit is that of the key, not of its texts.
    assert_eq!(complete(new).await.status(), 429);

    let revoke = format!("/keys/{id}");
    let revoked = client
        .delete(&revoke)
        .header("authorization", &ada)
        .send()
        .await;
    assert_eq!(revoked.status(), 204);
    for key in [key, new] {
        assert_eq!(complete(key).await.status(), 401);
    }
}
