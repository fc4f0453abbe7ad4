//! [Cookie parameter models](https://fastapi.tiangolo.com/tutorial/cookie-param-models/).
//!
//! Difference: `input` of a missing cookie is `null`, as for all missing values. FastAPI shows all cookies there, which can be secrets.

use avocet::prelude::*;

#[model]
struct Cookies {
    session_id: String,
    fatebook_tracker: Option<String>,
    googall_tracker: Option<String>,
}

#[get("/items/")]
async fn read_items(#[cookie] cookies: Cookies) -> Cookies {
    cookies
}

#[model]
#[serde(deny_unknown_fields)]
struct KnownCookies {
    session_id: String,
    fatebook_tracker: Option<String>,
    googall_tracker: Option<String>,
}

#[get("/known/")]
async fn read_known_items(#[cookie] cookies: KnownCookies) -> KnownCookies {
    cookies
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_items, read_known_items])
}
