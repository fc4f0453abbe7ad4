//! The form of the password flow, and the response to a login.

use std::time::Duration;

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet_auth::{LoginResponse, PasswordForm, StrictPasswordForm};
use serde_json::{Value, json};

#[post("/token")]
async fn token(#[form] form: PasswordForm) -> Value {
    json!({
        "user": form.username,
        "bytes": form.password.expose().len(),
        "scopes": form.scopes().collect::<Vec<_>>(),
        "client": form.client_id,
        "shown": format!("{form:?}").contains("lovelace"),
    })
}

#[post("/strict")]
async fn strict(#[form] form: StrictPasswordForm) -> String {
    form.scopes().collect()
}

#[post("/response")]
async fn response() -> LoginResponse {
    LoginResponse::bearer("t")
        .expires_in(Duration::from_secs(900))
        .scope("me")
}

fn client() -> TestClient {
    let app = App::new("Login", "1.0.0").routes(routes![token, strict, response]);
    TestClient::new(app.build().unwrap())
}

#[tokio::test]
async fn f85_the_form_is_validated_as_fastapi_does() {
    let client = client();
    let post = async |path: &str, fields: &[(&str, &str)]| {
        let response = client.post(path).form(fields).send().await;
        let status = response.status().as_u16();
        (status, response.json::<Value>().await)
    };
    let user = [("username", "ada"), ("password", "lovelace")];
    let with = |more: &[(&'static str, &'static str)]| [&user[..], more].concat();

    let (status, body) = post(
        "/token",
        &with(&[
            ("scope", "me  items "),
            ("client_id", "app"),
            ("client_secret", "s"),
        ]),
    )
    .await;
    assert_eq!(status, 200);
    let expected = json!({"user": "ada", "bytes": 8, "scopes": ["me", "items"], "client": "app", "shown": false});
    assert_eq!(body, expected);
    for fields in [
        with(&[]),
        with(&[("grant_type", "password")]),
        with(&[("grant_type", "")]),
    ] {
        assert_eq!(post("/token", &fields).await.0, 200, "{fields:?}");
    }
    let (status, body) = post("/token", &[("grant_type", "client_credentials")]).await;
    assert_eq!(status, 422);
    let errors: Vec<_> = body["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["type"], &it["loc"]))
        .collect();
    assert_eq!(
        json!(errors),
        json!([
            ["string_pattern_mismatch", ["body", "grant_type"]],
            ["missing", ["body", "username"]],
            ["missing", ["body", "password"]],
        ])
    );
    assert_eq!(post("/strict", &with(&[])).await.0, 422);
    assert_eq!(
        post(
            "/strict",
            &with(&[("grant_type", "password"), ("scope", "me")])
        )
        .await,
        (200, json!("me"))
    );
}

#[tokio::test]
async fn the_response_of_a_login_is_not_stored() {
    let response = client().post("/response").send().await;
    assert_eq!(response.header("cache-control"), "no-store");
    let expected = r#"{"access_token":"t","token_type":"bearer","expires_in":900,"scope":"me"}"#;
    assert_eq!(response.text().await, expected);
}

#[tokio::test]
async fn the_document_has_the_form_and_the_response() {
    let document: Value = client().get("/openapi.json").send().await.json().await;
    let schemas = &document["components"]["schemas"];
    let form = &schemas["PasswordForm"];
    assert_eq!(form["required"], json!(["username", "password"]), "{form}");
    assert_eq!(form["properties"]["password"]["format"], "password");
    assert_eq!(
        schemas["AccessToken"]["required"],
        json!(["access_token", "token_type"])
    );
    let content = &document["paths"]["/token"]["post"]["requestBody"]["content"];
    assert!(
        content["application/x-www-form-urlencoded"].is_object(),
        "{content}"
    );
}
