//! [CORS](https://fastapi.tiangolo.com/tutorial/cors/).

use avocet::prelude::*;
use avocet_middleware::Cors;

#[model(output)]
struct Message {
    message: &'static str,
}

#[get("/")]
async fn root() -> Message {
    Message {
        message: "Hello World",
    }
}

pub fn app() -> App {
    let cors = Cors::new()
        .origin("http://localhost.tiangolo.com")
        .origin("https://localhost.tiangolo.com")
        .origin("http://localhost")
        .origin("http://localhost:8080")
        .credentials()
        .any_header();
    crate::fastapi().routes(routes![root]).layer(cors)
}
