//! [Form data](https://fastapi.tiangolo.com/tutorial/request-forms/).
//!
//! Difference: a JSON body gets a 415 that names the content types. FastAPI reads no form from it and reports each field as missing.

use avocet::prelude::*;

#[model(output)]
struct Login {
    username: String,
}

#[post("/login/")]
async fn login(#[form] username: String, #[form(rename = "password")] _password: String) -> Login {
    Login { username }
}

pub fn app() -> App {
    crate::fastapi().routes(routes![login])
}
