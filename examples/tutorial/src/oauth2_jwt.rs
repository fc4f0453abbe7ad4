//! [OAuth2 with password, bearer and JWT](https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/).
//!
//! The hash is that of FastAPI's documentation: `Passwords` verifies the hashes of pwdlib.
//!
//! Difference: the response of `/token` has `expires_in` too, as RFC 6749 recommends.

use crate::security_first_steps::oauth2_scheme;
use avocet::prelude::*;
use avocet::security::unauthorized;
use avocet::types::Secret;
use avocet_auth::jwt::{Algorithm, Jwt, Signer, SigningKey};
use avocet_auth::password::Passwords;
use avocet_auth::{LoginResponse, PasswordForm};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
}

#[model(output)]
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) username: &'static str,
    email: &'static str,
    full_name: &'static str,
    pub(crate) disabled: bool,
    #[serde(skip)]
    pub(crate) hashed_password: &'static str,
}

pub(crate) fn get_user(username: &str) -> Option<User> {
    match username {
        "johndoe" => Some(User {
            username: "johndoe",
            full_name: "John Doe",
            email: "johndoe@example.com",
            hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc",
            disabled: false,
        }),
        "alice" => Some(User {
            username: "alice",
            full_name: "Alice Chains",
            email: "alicechains@example.com",
            hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE",
            disabled: true,
        }),
        _ => None,
    }
}

#[dependency]
async fn get_current_user(
    #[extract(oauth2_scheme())] token: Secret<String>,
    #[state] tokens: Jwt<Claims>,
) -> Result<User, HttpError> {
    let claims = tokens.verify(&token).await.ok();
    let user = claims.and_then(|claims| get_user(&claims.sub));
    user.ok_or_else(|| unauthorized("Bearer", "Could not validate credentials"))
}

#[dependency]
async fn get_current_active_user(
    #[depends(get_current_user)] current_user: User,
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
    let verified = passwords.verify(form_data.password.clone(), hash).await?;
    match user {
        Some(user) if verified => {
            let sub = user.username.to_owned();
            let token = signer.sign(&Claims { sub })?;
            Ok(LoginResponse::bearer(token.into_exposed()).expires_in(signer.lifetime()))
        }
        _ => Err(unauthorized("Bearer", "Incorrect username or password")),
    }
}

#[get("/users/me/")]
async fn read_users_me(#[depends(get_current_active_user)] current_user: User) -> User {
    current_user
}

#[model(output)]
pub(crate) struct Item {
    pub(crate) item_id: &'static str,
    pub(crate) owner: &'static str,
}

#[get("/users/me/items/")]
async fn read_own_items(#[depends(get_current_active_user)] current_user: User) -> Vec<Item> {
    vec![Item {
        item_id: "Foo",
        owner: current_user.username,
    }]
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
        .routes(routes![
            login_for_access_token,
            read_users_me,
            read_own_items
        ]))
}
