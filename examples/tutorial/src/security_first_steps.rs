//! [Security, first steps](https://fastapi.tiangolo.com/tutorial/security/first-steps/).

use avocet::prelude::*;
use avocet::security::OAuth2;
use avocet::types::Secret;

pub(crate) fn oauth2_scheme() -> OAuth2 {
    OAuth2::password("token")
}

#[model(output)]
struct Token {
    token: String,
}

#[get("/items/")]
async fn read_items(#[extract(oauth2_scheme())] token: Secret<String>) -> Token {
    Token {
        token: token.into_exposed(),
    }
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_items])
}
