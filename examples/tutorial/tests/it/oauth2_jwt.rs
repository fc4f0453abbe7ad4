use crate::client::{client, detail, expect, get};
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::{Value, json};
use tutorial::oauth2_jwt::app;

pub(crate) const SECRET_KEY: &str =
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";

/// Tokens of FastAPI's tests with a valid signature: without `sub`, with the user `foo` and with an unknown user.
pub(crate) const TOKENS: [&str; 3] = [
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJkYXRhIjoiZm9vIn0.9ynBhuYb4e6aW3oJr_K_TBgwcMTDpRToQIE25L57rOE",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJmb28ifQ.NnExK_dlNAYyzACrXtXDrcWOgGY2JuPbI4eDaHdfK5Y",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VybmFtZTpib2IifQ.HcfCW67Uda-0gz54ZWTqmtgJnZeNem0Q757eTa9EZuw",
];

/// Logs in and returns the header `Authorization`.
pub(crate) async fn log_in(client: &TestClient, form: &[(&str, &str)]) -> String {
    let response = client.post("/token").form(form).send().await;
    assert_eq!(response.status(), 200);
    let token: Value = response.json().await;
    assert_eq!(token["token_type"], "bearer");
    format!("Bearer {}", token["access_token"].as_str().unwrap())
}

fn service() -> TestClient {
    client(app(&Secret::new(SECRET_KEY.to_owned())).unwrap())
}

#[tokio::test]
async fn a_login_that_fails() {
    let client = service();
    for (username, password) in [("johndoe", "incorrect"), ("foo", "secret")] {
        let form = [("username", username), ("password", password)];
        let request = client.post("/token").form(&form);
        let headers = expect(request, 401, detail("Incorrect username or password")).await;
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn a_user_and_its_items() {
    let client = service();
    let john = log_in(&client, &[("username", "johndoe"), ("password", "secret")]).await;
    let john = [("authorization", john.as_str())];
    let user = json!({
        "username": "johndoe",
        "full_name": "John Doe",
        "email": "johndoe@example.com",
        "disabled": false,
    });
    get(&client, "/users/me/", &john, 200, user).await;
    let items = json!([{"item_id": "Foo", "owner": "johndoe"}]);
    get(&client, "/users/me/items/", &john, 200, items).await;
    let alice = log_in(
        &client,
        &[("username", "alice"), ("password", "secretalice")],
    )
    .await;
    let alice = [("authorization", alice.as_str())];
    get(&client, "/users/me/", &alice, 400, detail("Inactive user")).await;
}

#[tokio::test]
async fn tokens_that_are_not_valid() {
    let client = service();
    for header in [None, Some("Notexistent testtoken")] {
        let headers: Vec<_> = header
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        let headers = get(
            &client,
            "/users/me/",
            &headers,
            401,
            detail("Not authenticated"),
        )
        .await;
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
    for token in TOKENS.into_iter().chain(["nonexistent"]) {
        let header = format!("Bearer {token}");
        let headers = [("authorization", header.as_str())];
        let body = detail("Could not validate credentials");
        let headers = get(&client, "/users/me/", &headers, 401, body).await;
        assert_eq!(headers["www-authenticate"], "Bearer");
    }
}
