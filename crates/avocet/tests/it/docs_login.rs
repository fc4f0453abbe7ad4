//! Logging in from the docs page, in a real browser, at an authorization server that checks every step.
#![cfg(feature = "docs")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::{env, fs};

use avocet::DocsLogin;
use avocet::extract::Extractor;
use avocet::prelude::*;
use avocet::response::Redirect;
use avocet::security::{ApiKey, BasicCredentials, OAuth2, OpenIdConnect};
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower_http::cors::CorsLayer;

use crate::docs_page::browser::{Browser, Site};

/// What the authorization server knows.
#[derive(Clone, Default)]
struct Logins(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    /// The challenges of codes that were not exchanged yet.
    challenges: HashMap<String, String>,
    states: Vec<String>,
    /// Whether to return a state that is not that of the request.
    changes_state: bool,
}

#[model]
struct Ask {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    #[field(default)]
    scope: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
    #[field(default)]
    audience: String,
}

#[get("/authorize")]
async fn authorize(#[query] ask: Ask, #[state] logins: Logins) -> Redirect {
    assert_eq!(
        (&*ask.response_type, &*ask.code_challenge_method),
        ("code", "S256")
    );
    assert_eq!((&*ask.client_id, &*ask.audience), ("docs", "hotel"));
    let mut known = logins.0.lock().expect("a lock");
    let code = format!("code{}", known.states.len());
    known.challenges.insert(code.clone(), ask.code_challenge);
    known.states.push(ask.state.clone());
    let state = if known.changes_state {
        "other"
    } else {
        &ask.state
    };
    assert!(ask.redirect_uri.ends_with("/docs/oauth2-redirect"));
    assert_eq!(ask.scope, "me");
    Redirect::to(format!("{}?code={code}&state={state}", ask.redirect_uri))
}

#[model(output)]
struct Token {
    access_token: String,
    token_type: String,
}

type Tokens = Result<Token, HttpError>;

/// Returns Base64 for URLs without padding, as PKCE requires.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(bits);
        for sixth in 0..=chunk.len() {
            let index = bits >> (18 - 6 * sixth) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

#[post("/token")]
async fn token(
    #[form] grant_type: String,
    #[form(default)] username: String,
    #[form(default)] password: String,
    #[form(default)] code: String,
    #[form(default)] code_verifier: String,
    #[header] authorization: Option<String>,
    #[state] logins: Logins,
) -> Tokens {
    let wrong = || HttpError::new(StatusCode::BAD_REQUEST, "invalid_grant");
    let name = match &*grant_type {
        "password" if (&*username, &*password) == ("ada", "engine") => username,
        // The id and the secret are `docs` and `hush`.
        "client_credentials" if authorization.as_deref() == Some("Basic ZG9jczpodXNo") => {
            "program".to_owned()
        }
        "authorization_code" => {
            let mut known = logins.0.lock().expect("a lock");
            let challenge = known.challenges.remove(&code).ok_or_else(wrong)?;
            if base64url(&Sha256::digest(&code_verifier)) != challenge {
                return Err(wrong());
            }
            "grace".to_owned()
        }
        _ => return Err(wrong()),
    };
    Ok(Token {
        access_token: format!("token-of-{name}"),
        token_type: "bearer".to_owned(),
    })
}

fn server(logins: &Logins) -> App {
    App::new("Logins", "1.0.0")
        .state(logins.clone())
        .routes(routes![authorize, token])
}

/// Returns an application with one operation, which shows the token that it got.
fn showing(scheme: impl Extractor<Value = Secret<String>>) -> App {
    let me = avocet::operation::Operation::get("/me")
        .id("me")
        .tag("hotel")
        .handle((scheme,), |(token,): (Secret<String>,)| async move {
            token.expose().clone()
        });
    App::new("Hotel", "1.0.0").routes([me])
}

fn hotel(scheme: OAuth2) -> App {
    showing(scheme.scope("me", "See oneself"))
}

fn login() -> DocsLogin {
    DocsLogin::new("docs")
        .scopes(["me"])
        .parameter("audience", "hotel")
}

/// Tries the operation `/me`, and returns the status and the body.
fn try_me(browser: &Browser) -> (String, String) {
    try_operation(browser, "hotel", "me")
}

fn try_operation(browser: &Browser, tag: &str, id: &str) -> (String, String) {
    let operation = format!("#operations-{tag}-{id}");
    browser.press(&format!("{operation} .opblock-summary-control"));
    browser.press(&format!("{operation} .try-out__btn"));
    browser.press(&format!("{operation} .execute"));
    let response = format!("{operation} .live-responses-table");
    (
        browser.text(&format!("{response} .response .response-col_status")),
        browser.text(&format!("{response} .response-col_description pre")),
    )
}

const DIALOG: &str = ".dialog-ux .modal-ux";

fn open_dialog(browser: &Browser, address: &str) {
    browser.open(address);
    browser.press(".scheme-container .btn.authorize");
}

fn send(browser: &Browser) {
    browser.press(&format!(
        "{DIALOG} .modal-btn.authorize[aria-label='Apply given OAuth2 credentials']"
    ));
}

/// Waits until the page has a token, and closes the dialog.
fn logged_in(browser: &Browser) {
    browser.text(&format!(
        "{DIALOG} .modal-btn[aria-label='Remove authorization']"
    ));
    browser.press(&format!("{DIALOG} .btn-done"));
}

fn picture(browser: &Browser, name: &str) {
    if let Some(folder) = env::var_os("AVOCET_LOGIN_SCREENSHOTS") {
        let path = std::path::Path::new(&folder).join(name);
        fs::write(path, browser.picture(DIALOG)).expect("the picture is written");
    }
}

#[test]
fn a_reader_logs_in_with_a_password() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let service = || {
        hotel(OAuth2::password("token"))
            .routes(routes![token])
            .state(Logins::default())
            .build()
            .expect("it builds")
    };
    for site in [
        Site::alone(service()),
        Site::behind("/v1/api", service()),
        Site::mounted("/inner", service()),
    ] {
        open_dialog(&browser, &site.at("/docs"));
        browser.fill("#oauth_username", "ada");
        browser.fill("#oauth_password", "engine");
        picture(&browser, "password.png");
        send(&browser);
        logged_in(&browser);
        let (status, body) = try_me(&browser);
        assert_eq!((&*status, &*body), ("200", "\"token-of-ada\""));
        assert_eq!(browser.complaints(), Vec::<Value>::new());
    }
}

#[get("/token")]
async fn with_token(#[bearer] token: Secret<String>) -> String {
    token.expose().clone()
}

#[get("/password")]
async fn with_password(#[basic] user: BasicCredentials) -> String {
    format!("{} {}", user.name(), user.has_password("engine"))
}

#[get("/key")]
async fn with_key(#[extract(ApiKey::header("x-key"))] key: Secret<String>) -> String {
    key.expose().clone()
}

#[test]
fn a_reader_enters_a_token_a_password_and_a_key() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let routes = routes![with_token, with_password, with_key];
    let app = App::new("Hotel", "1.0.0").routes(routes);
    let site = Site::alone(app.build().expect("it builds"));
    for (id, fields, shown) in [
        ("with_token", &[("#auth-bearer-value", "abc")][..], "abc"),
        (
            "with_password",
            &[
                ("#auth-basic-username", "ada"),
                ("#auth-basic-password", "engine"),
            ],
            "ada true",
        ),
        ("with_key", &[("#api_key_value", "k-7")], "k-7"),
    ] {
        browser.open("about:blank");
        open_dialog(&browser, &site.at("/docs"));
        for (field, text) in fields {
            browser.fill(field, text);
        }
        // One form for each scheme, each with its own button.
        browser.script(&format!(
            "document.querySelector('{}').closest('form').querySelector('[type=submit]').click()",
            fields[0].0
        ));
        logged_in(&browser);
        let (status, body) = try_operation(&browser, "default", id);
        assert_eq!((&*status, &*body), ("200", &*format!("\"{shown}\"")));
    }
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn credentials_are_forgotten_unless_the_application_keeps_them() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let app = || App::new("Hotel", "1.0.0").routes(routes![with_token]);
    let keeping = app().docs_login(DocsLogin::new("docs").persist_authorization());
    for (app, status) in [(app(), "401"), (keeping, "200")] {
        let site = Site::alone(app.build().expect("it builds"));
        open_dialog(&browser, &site.at("/docs"));
        browser.fill("#auth-bearer-value", "abc");
        browser.press(&format!("{DIALOG} [type=submit]"));
        logged_in(&browser);
        let stored = browser.script("return JSON.stringify(localStorage)");
        let has_token = stored.as_str().expect("text").contains("abc");
        assert_eq!(has_token, status == "200", "{stored}");
        browser.open("about:blank");
        browser.open(&site.at("/docs"));
        assert_eq!(try_operation(&browser, "default", "with_token").0, status);
    }
}

#[test]
fn a_wrong_password_is_shown_and_sends_nothing() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let app = hotel(OAuth2::password("token"))
        .routes(routes![token])
        .state(Logins::default());
    let site = Site::alone(app.build().expect("it builds"));
    open_dialog(&browser, &site.at("/docs"));
    browser.fill("#oauth_username", "ada");
    browser.fill("#oauth_password", "wrong");
    send(&browser);
    let error = browser.text(&format!("{DIALOG} .errors"));
    assert!(error.to_lowercase().contains("bad request"), "{error}");
    browser.press(&format!("{DIALOG} .btn-done"));
    assert_eq!(try_me(&browser).0, "401");
}

#[test]
fn a_program_logs_in_with_its_secret() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let app = hotel(OAuth2::client_credentials("token"))
        .routes(routes![token])
        .state(Logins::default())
        .docs_login(login());
    let site = Site::alone(app.build().expect("it builds"));
    open_dialog(&browser, &site.at("/docs"));
    // The client id is that of the settings.
    browser.fill("#client_secret_clientCredentials", "hush");
    send(&browser);
    logged_in(&browser);
    let (status, body) = try_me(&browser);
    assert_eq!((&*status, &*body), ("200", "\"token-of-program\""));
}

#[test]
fn a_reader_logs_in_at_an_authorization_server_on_a_different_origin() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let logins = Logins::default();
    let server = server(&logins).layer(CorsLayer::permissive());
    let server = Site::alone(server.build().expect("it builds"));
    let service = || {
        let scheme = OAuth2::authorization_code(server.at("/authorize"), server.at("/token"));
        hotel(scheme)
            .docs_login(login())
            .build()
            .expect("it builds")
    };
    for site in [Site::alone(service()), Site::behind("/v1/api", service())] {
        open_dialog(&browser, &site.at("/docs"));
        picture(&browser, "code.png");
        send(&browser);
        logged_in(&browser);
        let (status, body) = try_me(&browser);
        assert_eq!((&*status, &*body), ("200", "\"token-of-grace\""));
        assert_eq!(browser.complaints(), Vec::<Value>::new());
    }
    let known = logins.0.lock().expect("a lock");
    assert!(known.challenges.is_empty());
    let [one, other] = &known.states[..] else {
        panic!("two logins: {:?}", known.states);
    };
    assert!(one.len() == 32 && one != other, "{:?}", known.states);
}

#[model(output)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    grant_types_supported: Vec<String>,
    scopes_supported: Vec<String>,
}

#[get("/.well-known/openid-configuration")]
async fn discovery(#[header] host: String) -> Discovery {
    Discovery {
        issuer: format!("http://{host}"),
        authorization_endpoint: format!("http://{host}/authorize"),
        token_endpoint: format!("http://{host}/token"),
        grant_types_supported: vec!["authorization_code".to_owned()],
        scopes_supported: vec!["me".to_owned()],
    }
}

#[test]
fn a_reader_logs_in_at_an_openid_provider() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let server = server(&Logins::default())
        .routes(routes![discovery])
        .layer(CorsLayer::permissive());
    let server = Site::alone(server.build().expect("it builds"));
    let provider = OpenIdConnect::at(server.at("/.well-known/openid-configuration"));
    let app = showing(provider).docs_login(login());
    let site = Site::alone(app.build().expect("it builds"));
    open_dialog(&browser, &site.at("/docs"));
    send(&browser);
    logged_in(&browser);
    let (status, body) = try_me(&browser);
    assert_eq!((&*status, &*body), ("200", "\"token-of-grace\""));
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

#[test]
fn addresses_of_a_login_are_relative_to_the_application() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let service = || {
        hotel(OAuth2::authorization_code("authorize", "token"))
            .routes(routes![authorize, token])
            .state(Logins::default())
            .docs_login(login())
            .build()
            .expect("it builds")
    };
    for site in [
        Site::behind("/v1/api", service()),
        Site::mounted("/inner", service()),
    ] {
        open_dialog(&browser, &site.at("/docs/"));
        send(&browser);
        logged_in(&browser);
        assert_eq!(try_me(&browser).1, "\"token-of-grace\"");
    }
}

#[test]
fn a_response_with_a_different_state_is_not_used() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let logins = Logins::default();
    logins.0.lock().expect("a lock").changes_state = true;
    let app = hotel(OAuth2::authorization_code("authorize", "token"))
        .routes(routes![authorize, token])
        .state(logins.clone())
        .docs_login(login());
    let site = Site::alone(app.build().expect("it builds"));
    open_dialog(&browser, &site.at("/docs"));
    send(&browser);
    let error = browser.text(&format!("{DIALOG} .errors"));
    assert!(error.contains("a different state"), "{error}");
    let known = logins.0.lock().expect("a lock");
    assert_eq!(known.challenges.len(), 1, "the code was exchanged");
}

#[tokio::test]
async fn the_redirect_page_keeps_its_code_to_itself() {
    let app = hotel(OAuth2::password("token"));
    let client = TestClient::new(app.build().expect("it builds"));
    let response = client.get("/docs/oauth2-redirect?code=1").send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("referrer-policy"), "no-referrer");
    assert_eq!(response.header("cache-control"), "no-store");
    let policy = response.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
    assert!(!response.text().await.contains("code=1"));
    let script = client.get("/docs/oauth2-redirect.js").send().await;
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
}

#[tokio::test]
async fn the_page_may_call_the_token_url_and_nothing_else() {
    let policy = |app: App| async {
        let client = TestClient::new(app.build().expect("it builds"));
        let response = client.get("/docs").send().await;
        response.header("content-security-policy").to_owned()
    };
    let own = policy(hotel(OAuth2::password("token"))).await;
    assert!(!own.contains("connect-src"), "{own}");
    let url = "https://login.example/oauth/token";
    let scheme = || OAuth2::authorization_code("https://accounts.example/", url);
    let other = policy(hotel(scheme())).await;
    assert!(
        other.ends_with("; connect-src 'self' https://login.example"),
        "{other}"
    );
    let allowed = DocsLogin::default().allow_origin("https://keys.example:8443");
    let allowed = policy(hotel(scheme()).docs_login(allowed)).await;
    let all = "; connect-src 'self' https://keys.example:8443 https://login.example";
    assert!(allowed.ends_with(all), "{allowed}");

    let wrong = DocsLogin::default().allow_origin("login.example; script-src *");
    let app = hotel(scheme()).docs_login(wrong);
    let error = app.build().expect_err("a mistake").to_string();
    assert!(
        error.contains("`DocsLogin::allow_origin` has `login.example; script-src *`"),
        "{error}"
    );
}

#[tokio::test]
async fn settings_are_text_in_the_page() {
    let login = DocsLogin::new("\"><script>{title}</script>").app_name("a & 'b'");
    let app = hotel(OAuth2::password("token")).docs_login(login);
    let client = TestClient::new(app.build().expect("it builds"));
    let page = client.get("/docs").send().await.text().await;
    assert!(!page.contains("<script>"), "{page}");
    let settings = page.split("data-login=\"").nth(1).expect("settings");
    let settings = settings.split('"').next().expect("an end");
    let text = settings
        .replace("&#123;", "{")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    assert_eq!(
        serde_json::from_str::<Value>(&text).expect("JSON"),
        json!({
            "usePkceWithAuthorizationCodeGrant": true,
            "clientId": "\"><script>{title}</script>",
            "appName": "a & 'b'",
        })
    );
}
