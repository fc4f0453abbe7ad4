//! [HTTP Basic Auth](https://fastapi.tiangolo.com/advanced/security/http-basic-auth/).

use avocet::prelude::*;
use avocet::security::{BasicCredentials, unauthorized};

#[model(output)]
struct User {
    username: String,
}

#[dependency]
async fn get_current_username(#[basic] credentials: BasicCredentials) -> Result<String, HttpError> {
    // In a time that does not depend on the password that was sent.
    if credentials.name() != "stanleyjobson" || !credentials.has_password("swordfish") {
        return Err(unauthorized("Basic", "Incorrect username or password"));
    }
    Ok(credentials.name().to_owned())
}

#[get("/users/me")]
async fn read_current_user(#[depends(get_current_username)] username: String) -> User {
    User { username }
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_current_user])
}
