//! [Bigger applications](https://fastapi.tiangolo.com/tutorial/bigger-applications/).

mod admin;
mod dependencies;
mod items;
mod users;

use avocet::depend::Requirement;
use avocet::prelude::*;
use dependencies::{get_query_token, get_token_header};

#[model(output)]
struct Message {
    message: &'static str,
}

#[get("/")]
async fn root() -> Message {
    Message {
        message: "Hello Bigger Applications!",
    }
}

// ANCHOR: app
pub fn app() -> App {
    let admin = Router::new("/admin")
        .tag("admin")
        .requires(Requirement::of::<get_token_header>())
        .describe_response("418", "I'm a teapot");
    crate::fastapi()
        .requires(Requirement::of::<get_query_token>())
        .router(users::router())
        .router(items::router())
        .router(admin.router(admin::router()))
        .routes(routes![root])
}
// ANCHOR_END: app
