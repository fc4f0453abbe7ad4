//! [Get current user](https://fastapi.tiangolo.com/tutorial/security/get-current-user/).

use crate::security_first_steps::oauth2_scheme;
use avocet::prelude::*;
use avocet::types::Secret;

#[model(output)]
#[derive(Clone)]
struct User {
    username: String,
    email: Option<String>,
    full_name: Option<String>,
    disabled: Option<bool>,
}

fn fake_decode_token(token: &str) -> User {
    User {
        username: format!("{token}fakedecoded"),
        email: Some("john@example.com".to_owned()),
        full_name: Some("John Doe".to_owned()),
        disabled: None,
    }
}

#[dependency]
async fn get_current_user(#[extract(oauth2_scheme())] token: Secret<String>) -> User {
    fake_decode_token(token.expose())
}

#[get("/users/me")]
async fn read_users_me(#[depends(get_current_user)] current_user: User) -> User {
    current_user
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_users_me])
}
