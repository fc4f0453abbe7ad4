//! Login and API keys.

use avocet::prelude::*;

// ANCHOR: register
use avocet::types::Secret;
use avocet_auth::password::Passwords;
use avocet_store::{Namespace, Ttl};

#[model(input)]
struct NewUser {
    #[field(pattern = "^[a-z]{1,32}$")]
    name: String,
    #[field(min_length = 12)]
    password: Secret<String>,
}

/// Register
#[post("/users", public, status = 201)]
async fn register(
    #[body] user: NewUser,
    #[state] passwords: Passwords,
    #[state] users: Namespace,
) -> Result<(), HttpError> {
    let hash = passwords.hash(user.password).await?;
    match users.put_if_absent(&user.name, hash, Ttl::NEVER).await? {
        Some(_) => Ok(()),
        None => Err(HttpError::new(StatusCode::CONFLICT, "The name is taken")),
    }
}
// ANCHOR_END: register

// ANCHOR: token
use avocet::security::unauthorized;
use avocet_auth::jwt::Signer;
use avocet_auth::{LoginResponse, PasswordForm};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
    scope: String,
}

/// Log in
#[post("/token", public)]
async fn log_in(
    #[form] form: PasswordForm,
    #[state] passwords: Passwords,
    #[state] signer: Signer,
    #[state] users: Namespace,
) -> Result<LoginResponse, HttpError> {
    let user = users.get(&form.username).await?;
    let hash = user.as_ref().map(|it| String::from_utf8_lossy(&it.value));
    // Takes as long if there is no such user.
    if !passwords
        .verify(form.password.clone(), hash.as_deref())
        .await?
    {
        return Err(unauthorized("Bearer", "Incorrect username or password"));
    }
    let granted = |scope: &&str| *scope != "admin" || form.username == "ada";
    let scopes: Vec<&str> = form.scopes().filter(granted).collect();
    let claims = Claims {
        sub: form.username.clone(),
        scope: scopes.join(" "),
    };
    let token = signer.sign(&claims)?;
    Ok(LoginResponse::bearer(token.into_exposed())
        .expires_in(signer.lifetime())
        .scope(claims.scope))
}
// ANCHOR_END: token

// ANCHOR: user
use avocet::security::OAuth2;
use avocet_auth::SchemeExt;
use avocet_auth::jwt::Jwt;

fn login() -> OAuth2 {
    OAuth2::password("token")
        .scope("items", "See your items")
        .scope("admin", "See all users")
}

#[dependency]
async fn current_user(#[extract(login().verified_by::<Jwt<Claims>>())] claims: Claims) -> String {
    claims.sub
}

/// Show yourself
#[get("/users/me")]
async fn me(#[depends(current_user)] user: String) -> String {
    user
}

/// List users
#[get("/users", requires(current_user, scopes("admin")))]
async fn list_users(#[state] users: Namespace) -> Result<Vec<String>, HttpError> {
    let page = users.scan("", None, 100).await?;
    Ok(page.entries.into_iter().map(|(name, _)| name).collect())
}
// ANCHOR_END: user

// ANCHOR: app
use avocet_auth::jwt::{Algorithm, SigningKey};
use avocet_auth::keys::ApiKeys;
use avocet_store::Store;
use std::time::Duration;

pub fn app(secret: &Secret<String>, store: &Store) -> avocet::Result<App> {
    let lifetime = Duration::from_secs(15 * 60);
    let signer = Signer::new(Algorithm::Hs256, SigningKey::secret(secret)?, lifetime)
        .issuer("https://api.example")
        .audience("https://api.example");
    let tokens: Jwt<Claims> = signer.verifier()?.build()?;
    let keys = ApiKeys::new(store, "club")?;
    Ok(App::new("Club", "1.0.0")
        .deny_by_default()
        .state(Passwords::new())
        .state(signer)
        .state(tokens)
        .state(keys)
        .state(RateLimit::per_caller(Quota::per_minute(60)))
        .state(store.namespace("users")?)
        .routes(routes![register, log_in, me, list_users, show_subject])
        .routes(routes![
            create_key, list_keys, rotate_key, revoke_key, complete
        ]))
}
// ANCHOR_END: app

// ANCHOR: verify
#[dependency]
async fn subject(
    #[bearer] token: Secret<String>,
    #[state] tokens: Jwt<Claims>,
) -> Result<String, HttpError> {
    Ok(tokens.verify(&token).await?.sub)
}

/// Show the subject of the token
#[get("/subject")]
async fn show_subject(#[depends(subject)] subject: String) -> String {
    subject
}
// ANCHOR_END: verify

// ANCHOR: keys
use avocet_auth::keys::NewApiKey;
use avocet_context::Caller;

#[model(output)]
struct NewKey {
    /// The key. Store it: it is shown once.
    key: String,
    id: String,
}

#[model(output)]
struct ListedKey {
    id: String,
    /// The prefix and the last four characters.
    shown: String,
}

/// Create an API key for 90 days
#[post("/keys", status = 201)]
async fn create_key(
    #[depends(current_user)] user: String,
    #[state] keys: ApiKeys,
) -> Result<NewKey, HttpError> {
    let new = NewApiKey::of(Caller::new(user))
        .scope("complete")
        .requests_per_minute(3)
        .expires_in(Duration::from_secs(90 * 86_400));
    let created = keys.create(new).await?;
    Ok(NewKey {
        key: created.key.into_exposed(),
        id: created.info.id,
    })
}

/// List your API keys
#[get("/keys")]
async fn list_keys(
    #[depends(current_user)] user: String,
    #[state] keys: ApiKeys,
) -> Result<Vec<ListedKey>, HttpError> {
    let keys = keys.list(&Caller::new(user)).await?;
    let listed = keys.into_iter().map(|it| ListedKey {
        id: it.id,
        shown: it.shown,
    });
    Ok(listed.collect())
}
// ANCHOR_END: keys

// ANCHOR: rotate
/// The key of the path belongs to the user.
#[dependency]
async fn own_key(
    #[path] id: String,
    #[depends(current_user)] user: String,
    #[state] keys: ApiKeys,
) -> Result<(), HttpError> {
    match keys.get(&id).await? {
        Some(key) if key.owner.id() == user => Ok(()),
        _ => Err(HttpError::new(
            StatusCode::NOT_FOUND,
            "You have no key with this id",
        )),
    }
}

/// Rotate an API key. The old one works for one more day.
#[post("/keys/{id}/rotate", requires(own_key))]
async fn rotate_key(id: String, #[state] keys: ApiKeys) -> Result<NewKey, HttpError> {
    let rotated = keys.rotate(&id, Duration::from_secs(86_400)).await?;
    Ok(NewKey {
        key: rotated.key.into_exposed(),
        id,
    })
}

/// Revoke an API key
#[delete("/keys/{id}", status = 204, requires(own_key))]
async fn revoke_key(id: String, #[state] keys: ApiKeys) -> Result<(), HttpError> {
    keys.revoke(&id).await?;
    Ok(())
}
// ANCHOR_END: rotate

// ANCHOR: complete
use avocet::security::ApiKey;
use avocet_auth::keys::ApiKeyInfo;
use avocet_middleware::{Quota, RateLimit, RateLimited};

/// The key of the request, which is within its limit.
#[dependency]
async fn api_key(
    #[extract(ApiKey::header("X-Key").verified_by::<ApiKeys>())] key: ApiKeyInfo,
    #[state] limits: RateLimit,
) -> Result<ApiKeyInfo, RateLimited> {
    let quota = Quota::per_minute(key.requests_per_minute.unwrap_or(60));
    limits.take_of(&key.id, quota).await?;
    Ok(key)
}

/// Complete a text
#[post("/complete")]
async fn complete(
    #[body] text: String,
    #[depends(api_key, scopes("complete"))] key: ApiKeyInfo,
) -> String {
    format!("{text} …, for {}", key.owner)
}
// ANCHOR_END: complete

// ANCHOR: provider
use avocet_auth::jwks::Jwks;
use avocet_auth::jwt::{InvalidConfig, JwtConfig};

/// Tokens of a company's own login, whose keys the provider publishes.
pub fn with_provider(app: App) -> Result<App, InvalidConfig> {
    let keys = Jwks::discovered("https://login.example").build()?;
    let tokens: Jwt<Claims> = JwtConfig::new([Algorithm::Rs256])
        .issuer("https://login.example")
        .audience("https://api.example")
        .jwks(keys.clone())
        .build()?;
    Ok(app.component(keys).state(tokens))
}
// ANCHOR_END: provider
