//! [Simple OAuth2 with password and bearer](https://fastapi.tiangolo.com/tutorial/security/simple-oauth2/).
//!
//! Difference: `GET /users/me` does not return `hashed_password`. The handler of FastAPI has no return type, so the field of the subclass reaches
//! the client.

use crate::security_first_steps::oauth2_scheme;
use avocet::prelude::*;
use avocet::security::unauthorized;
use avocet::types::Secret;
use avocet_auth::{LoginResponse, PasswordForm};

#[model(output)]
#[derive(Clone)]
struct User {
    username: &'static str,
    full_name: &'static str,
    email: &'static str,
    disabled: bool,
    #[serde(skip)]
    hashed_password: &'static str,
}

fn get_user(username: &str) -> Option<User> {
    match username {
        "johndoe" => Some(User {
            username: "johndoe",
            full_name: "John Doe",
            email: "johndoe@example.com",
            disabled: false,
            hashed_password: "fakehashedsecret",
        }),
        "alice" => Some(User {
            username: "alice",
            full_name: "Alice Wonderson",
            email: "alice@example.com",
            disabled: true,
            hashed_password: "fakehashedsecret2",
        }),
        _ => None,
    }
}

#[dependency]
async fn get_current_user(
    #[extract(oauth2_scheme())] token: Secret<String>,
) -> Result<User, HttpError> {
    get_user(token.expose()).ok_or_else(|| unauthorized("Bearer", "Not authenticated"))
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
async fn login(#[form] form_data: PasswordForm) -> Result<LoginResponse, HttpError> {
    let hash = Secret::new(format!("fakehashed{}", form_data.password.expose()));
    match get_user(&form_data.username) {
        Some(user) if hash.matches(user.hashed_password) => {
            Ok(LoginResponse::bearer(user.username))
        }
        _ => Err(HttpError::new(
            StatusCode::BAD_REQUEST,
            "Incorrect username or password",
        )),
    }
}

#[get("/users/me")]
async fn read_users_me(#[depends(get_current_active_user)] current_user: User) -> User {
    current_user
}

pub fn app() -> App {
    crate::fastapi().routes(routes![login, read_users_me])
}
