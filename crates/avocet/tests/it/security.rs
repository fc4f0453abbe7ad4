//! Credentials that are missing, malformed or ambiguous, and schemes in the document.

use avocet::prelude::*;
use avocet::security::{ApiKey, Basic, BasicCredentials, Bearer, OAuth2, OpenIdConnect, Scheme};
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::{Value, json};

#[get("/bearer")]
async fn bearer_token(#[bearer] token: Secret<String>) -> usize {
    token.expose().len()
}

#[get("/basic")]
async fn basic_name(#[basic] user: BasicCredentials) -> String {
    user.name().to_owned()
}

#[get("/key")]
async fn api_key(#[extract(ApiKey::query("key"))] key: Secret<String>) -> usize {
    key.expose().len()
}

#[get("/either")]
async fn optional(
    #[bearer] token: Option<Secret<String>>,
    #[extract(ApiKey::cookie("session").optional())] session: Option<Secret<String>>,
) -> (bool, bool) {
    (token.is_some(), session.is_some())
}

fn client() -> TestClient {
    let routes = routes![bearer_token, basic_name, api_key, optional];
    TestClient::new(
        App::new("Club", "1.0.0")
            .routes(routes)
            .build()
            .expect("a service"),
    )
}

#[tokio::test]
async fn a2_a19_ambiguous_credentials_are_none() {
    let client = client();
    // A proxy may have checked the other one.
    let twice = client
        .get("/bearer")
        .header("authorization", "Bearer a")
        .header("authorization", "Bearer b");
    assert_eq!(twice.send().await.status(), 401);
    assert_eq!(client.get("/key?key=a&key=b").send().await.status(), 401);
    assert_eq!(client.get("/key?key=a").send().await.status(), 200);
    let twice = client
        .get("/either")
        .header("cookie", "session=a; session=b");
    assert_eq!(twice.send().await.text().await, "[false,false]");
}

#[tokio::test]
async fn a2_malformed_credentials_are_a_401_with_a_challenge() {
    let client = client();
    for (path, value, challenge) in [
        ("/bearer", "Bearer", "Bearer"),
        ("/bearer", "Bearer ", "Bearer"),
        ("/bearer", "Basic YTpi", "Bearer"),
        ("/basic", "Basic ", "Basic"),
        ("/basic", "Basic YWRh", "Basic"),
        ("/basic", "Basic /w==", "Basic"),
        ("/basic", "Bearer YTpi", "Basic"),
    ] {
        let response = client.get(path).header("authorization", value).send().await;
        assert_eq!(response.status(), 401, "{path} {value}");
        assert_eq!(response.header("www-authenticate"), challenge, "{value}");
    }
    let response = client
        .get("/basic")
        .header("authorization", "basic YTpi:")
        .send()
        .await;
    assert_eq!(response.status(), 401);
    let response = client
        .get("/basic")
        .header("authorization", "basic YTpi")
        .send()
        .await;
    assert_eq!(response.text().await, "\"a\"");
}

#[test]
fn a_password_is_not_shown_and_is_compared_whole() {
    let shown = format!("{:?}", Bearer::new());
    assert!(shown.contains("HTTPBearer"), "{shown}");
    let realm = Scheme::challenge(&Basic::realm("the \"old\" club"));
    assert_eq!(realm, r#"Basic realm="the \"old\" club""#);
}

#[get("/code")]
async fn with_code(
    #[extract(
        OAuth2::authorization_code("https://login.example/authorize", "https://login.example/token")
            .refresh_url("https://login.example/refresh")
            .scope("me", "See oneself")
            .named("login")
    )]
    _token: Secret<String>,
) -> u32 {
    1
}

#[get("/openid")]
async fn with_openid(
    #[extract(OpenIdConnect::at("https://login.example/openid"))] _token: Secret<String>,
) -> u32 {
    1
}

#[get("/other")]
async fn with_other(
    #[extract(OpenIdConnect::at("https://other.example/openid"))] _token: Secret<String>,
) -> u32 {
    1
}

#[test]
fn schemes_are_in_the_document() {
    let app = App::new("Club", "1.0.0").routes(routes![with_code, with_openid, bearer_token]);
    let service = app.build().expect("a service");
    let document: Value = service.openapi().clone().into();
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({
            "HTTPBearer": {"type": "http", "scheme": "bearer"},
            "OpenIdConnect": {"type": "openIdConnect", "openIdConnectUrl": "https://login.example/openid"},
            "login": {"type": "oauth2", "flows": {"authorizationCode": {
                "authorizationUrl": "https://login.example/authorize",
                "tokenUrl": "https://login.example/token",
                "refreshUrl": "https://login.example/refresh",
                "scopes": {"me": "See oneself"},
            }}},
        })
    );
    let responses = &document["paths"]["/code"]["get"]["responses"];
    assert!(responses["401"].is_object(), "{responses}");
}

#[test]
fn two_meanings_of_a_name_are_a_mistake() {
    let app = App::new("Club", "1.0.0").routes(routes![with_openid, with_other]);
    let error = app.build().expect_err("they differ").to_string();
    assert!(
        error.contains("two different security schemes have the name `OpenIdConnect`"),
        "{error}"
    );
}
