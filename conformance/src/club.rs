//! `security`: a club house with the documented security schemes.
//!
//! `kit/` differs from the recorded document in two operations, of which `FastAPI` says otherwise than it does: `/either/{number}` requires both
//! schemes, and `/maybe` none. Secrets are `writeOnly` there.

use avocet::security::{
    ApiKey, Basic, BasicCredentials, Bearer, BearerCredentials, OAuth2, RequiredScopes, Scheme,
    unauthorized,
};
use avocet::types::Secret;
use avocet::{OperationIds, prelude::*};
use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};

/// The members with their passwords and scopes.
const MEMBERS: [(&str, &str, &[&str]); 2] = [
    ("ada", "lovelace", &["me", "rooms:read", "rooms:write"]),
    ("bob", "builder", &["me", "rooms:read"]),
];

fn oauth2() -> OAuth2 {
    OAuth2::password("token")
        .scope("me", "See oneself")
        .scope("rooms:read", "See rooms")
        .scope("rooms:write", "Book rooms")
}

fn header_key() -> ApiKey {
    ApiKey::header("X-Club-Key").description("Handed out at the desk")
}

#[get("/bearer")]
async fn read_bearer(#[bearer] credentials: BearerCredentials) -> Value {
    json!({"scheme": credentials.scheme(), "credentials": credentials.token().expose()})
}

#[get("/maybe")]
async fn read_maybe(
    #[extract(Bearer::named("OptionalBearer").optional())] credentials: Option<BearerCredentials>,
) -> Value {
    json!({"known": credentials.is_some()})
}

#[get("/basic")]
async fn read_basic(
    #[extract(Basic::realm("club"))] credentials: BasicCredentials,
) -> Result<Value, HttpError> {
    if credentials.name() == "ada" && credentials.has_password("lovelace") {
        Ok(json!({"username": credentials.name()}))
    } else {
        Err(unauthorized("Basic", "Wrong name or password"))
    }
}

#[get("/header-key")]
async fn read_header_key(#[extract(header_key())] key: Secret<String>) -> Value {
    json!({"key": key.expose()})
}

#[get("/query-key")]
async fn read_query_key(#[extract(ApiKey::query("key"))] key: Secret<String>) -> Value {
    json!({"key": key.expose()})
}

#[get("/cookie-key")]
async fn read_cookie_key(#[extract(ApiKey::cookie("club_session"))] key: Secret<String>) -> Value {
    json!({"key": key.expose()})
}

#[get("/either/{number}")]
async fn read_either(
    number: i64,
    #[extract(header_key())] key: Secret<String>,
    #[bearer] token: Secret<String>,
) -> Value {
    json!({"number": number, "key": key.expose(), "token": token.expose()})
}

#[post("/token")]
async fn issue_token(
    #[form(pattern = "^password$")] _grant_type: Option<String>,
    #[form] username: String,
    #[form] password: Secret<String>,
    #[form(default)] scope: String,
    #[form] _client_id: Option<String>,
    #[form] _client_secret: Option<Secret<String>>,
) -> Result<Value, HttpError> {
    let member = MEMBERS
        .iter()
        .find(|(name, known, _)| *name == username && password.matches(known));
    let Some((name, _, scopes)) = member else {
        let status = StatusCode::BAD_REQUEST;
        return Err(HttpError::new(status, "Incorrect username or password"));
    };
    let asked = scope.split_whitespace();
    let granted = asked.filter(|scope| scopes.contains(scope));
    let token: Vec<&str> = [*name].into_iter().chain(granted).collect();
    Ok(json!({"access_token": token.join("/"), "token_type": "bearer"}))
}

#[dependency]
async fn current_member(
    #[extract(oauth2())] token: Secret<String>,
    #[request] needed: RequiredScopes,
) -> Result<String, HttpError> {
    let mut words = token.expose().split('/');
    let name = words.next().unwrap_or_default().to_owned();
    let granted: Vec<&str> = words.collect();
    if MEMBERS.iter().all(|(known, ..)| *known != name) {
        return Err(unauthorized(&needed.challenge(), "Unknown token"));
    }
    if needed.missing(&granted).is_some() {
        let error = HttpError::new(StatusCode::FORBIDDEN, "Not enough permissions");
        let challenge = HeaderValue::try_from(needed.challenge())?;
        return Err(error.header(WWW_AUTHENTICATE, challenge));
    }
    Ok(name)
}

#[get("/me")]
async fn read_me(#[depends(current_member, scopes("me"))] member: String) -> Value {
    json!({"member": member})
}

#[get("/rooms")]
async fn list_rooms(
    #[depends(current_member, scopes("me", "rooms:read"))] member: String,
) -> Value {
    json!({"member": member, "rooms": ["hall"]})
}

#[post("/rooms/{room}", requires(current_member, scopes("rooms:write")))]
async fn book_room(room: String, #[depends(current_member, scopes("me"))] member: String) -> Value {
    json!({"member": member, "booked": room})
}

#[get("/open")]
async fn read_open() -> Value {
    json!({"open": true})
}

/// The app.
pub fn app() -> App {
    App::new("Club house", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes(routes![
            read_bearer,
            read_maybe,
            read_basic,
            read_header_key,
            read_query_key,
            read_cookie_key,
            read_either,
            issue_token,
            read_me,
            list_rooms,
            book_room,
            read_open,
        ])
}
