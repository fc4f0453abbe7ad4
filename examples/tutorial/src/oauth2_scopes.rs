//! [OAuth2 scopes](https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/).
//!
//! The dependency responds with 401 to a missing scope, as that of FastAPI does. `verified_by` responds with 403 and needs no such dependency.

use crate::oauth2_jwt::{Item, User, get_user};
use avocet::prelude::*;
use avocet::security::{OAuth2, RequiredScopes, unauthorized};
use avocet::types::Secret;
use avocet_auth::jwt::{Algorithm, Jwt, Signer, SigningKey};
use avocet_auth::password::Passwords;
use avocet_auth::{LoginResponse, PasswordForm};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
    scope: String,
}

fn oauth2_scheme() -> OAuth2 {
    OAuth2::password("token")
        .scope("me", "Read information about the current user.")
        .scope("items", "Read items.")
}

#[dependency]
async fn get_current_user(
    #[request] security_scopes: RequiredScopes,
    #[extract(oauth2_scheme())] token: Secret<String>,
    #[state] tokens: Jwt<Claims>,
) -> Result<User, HttpError> {
    let scopes: Vec<&str> = security_scopes.iter().collect();
    let challenge = match scopes.is_empty() {
        true => "Bearer".to_owned(),
        false => format!("Bearer scope=\"{}\"", scopes.join(" ")),
    };
    let claims = tokens.verify(&token).await.ok();
    let user = claims.and_then(|claims| Some((get_user(&claims.sub)?, claims.scope)));
    let Some((user, scope)) = user else {
        return Err(unauthorized(&challenge, "Could not validate credentials"));
    };
    let held: Vec<&str> = scope.split(' ').collect();
    match security_scopes.missing(&held) {
        None => Ok(user),
        Some(_) => Err(unauthorized(&challenge, "Not enough permissions")),
    }
}

#[dependency]
async fn get_current_active_user(
    #[depends(get_current_user, scopes("me"))] current_user: User,
) -> Result<User, HttpError> {
    if current_user.disabled {
        return Err(HttpError::new(StatusCode::BAD_REQUEST, "Inactive user"));
    }
    Ok(current_user)
}

#[post("/token")]
async fn login_for_access_token(
    #[form] form_data: PasswordForm,
    #[state] passwords: Passwords,
    #[state] signer: Signer,
) -> Result<LoginResponse, HttpError> {
    let user = get_user(&form_data.username);
    let hash = user.as_ref().map(|user| user.hashed_password);
    if !passwords.verify(form_data.password.clone(), hash).await? {
        let text = "Incorrect username or password";
        return Err(HttpError::new(StatusCode::BAD_REQUEST, text));
    }
    let scopes: Vec<&str> = form_data.scopes().collect();
    let token = signer.sign(&Claims {
        sub: form_data.username.clone(),
        scope: scopes.join(" "),
    })?;
    Ok(LoginResponse::bearer(token.into_exposed()))
}

#[get("/users/me/")]
async fn read_users_me(#[depends(get_current_active_user)] current_user: User) -> User {
    current_user
}

#[get("/users/me/items/")]
async fn read_own_items(
    #[depends(get_current_active_user, scopes("items"))] current_user: User,
) -> Vec<Item> {
    vec![Item {
        item_id: "Foo",
        owner: current_user.username,
    }]
}

#[model(output)]
struct Status {
    status: &'static str,
}

#[get("/status/", requires(get_current_user))]
async fn read_system_status() -> Status {
    Status { status: "ok" }
}

/// The application, with a secret of at least 32 bytes: `openssl rand -hex 32`.
pub fn app(secret_key: &Secret<String>) -> avocet::Result<App> {
    let lifetime = Duration::from_secs(30 * 60);
    let signer = Signer::new(Algorithm::Hs256, SigningKey::secret(secret_key)?, lifetime);
    let tokens: Jwt<Claims> = signer.verifier()?.any_issuer().any_audience().build()?;
    Ok(crate::fastapi()
        .state(Passwords::new())
        .state(signer)
        .state(tokens)
        .routes(routes![login_for_access_token, read_users_me])
        .routes(routes![read_own_items, read_system_status]))
}
