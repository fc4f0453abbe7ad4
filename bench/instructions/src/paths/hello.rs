//! The smallest response, which shows the cost of every request.

use std::hint::black_box;

use avocet::layer::{Next, Request as LayerRequest};
use avocet::observe::Metrics;
use avocet::prelude::*;
use avocet::route::Route;
use avocet::types::Secret;
use avocet_middleware::Cors;
use bytes::Bytes;
use http::Request;
use http::request::Builder;

use super::{Path, answered};

pub const HELLO: Path = Path {
    name: "hello",
    prepare: || of(App::new("Hello", "1.0.0")),
    yardstick: None,
};

/// With metrics.
pub const WITH_METRICS: Path = Path {
    name: "hello with metrics",
    prepare: || of(App::new("Hello", "1.0.0").metrics(Metrics::new())),
    yardstick: None,
};

/// Behind a middleware that does nothing, beside the same without it.
pub const BEHIND_A_LAYER: Path = Path {
    name: "hello behind a layer",
    prepare: || {
        let identity = |request: LayerRequest, next: Next| next.run(request);
        of(App::new("Hello", "1.0.0").middleware(identity))
    },
    yardstick: Some(|| of(App::new("Hello", "1.0.0"))),
};

/// With five dependencies, one of which checks a bearer token, and CORS, beside the same without them.
pub const PROTECTED: Path = Path {
    name: "hello with dependencies, a token and CORS",
    prepare: || {
        let cors = Cors::new().origin("https://app.example.com");
        of_protected(App::new("Hello", "1.0.0").layer(cors))
    },
    yardstick: Some(|| of(App::new("Hello", "1.0.0"))),
};

/// With the same dependencies and no layer.
pub const WITH_DEPENDENCIES: Path = Path {
    name: "hello with dependencies and a token",
    prepare: || of_protected(App::new("Hello", "1.0.0")),
    yardstick: Some(|| of(App::new("Hello", "1.0.0"))),
};

#[dependency]
async fn user(#[bearer] token: Secret<String>) -> Result<u32, HttpError> {
    if token.matches("t0ps3cret") {
        Ok(7)
    } else {
        Err(avocet::security::unauthorized("Bearer", "Unknown token"))
    }
}

#[dependency]
async fn tenant(#[depends(user)] user: u32) -> u32 {
    user + 1
}

#[dependency]
async fn plan(#[depends(tenant)] tenant: u32) -> u32 {
    tenant + 1
}

#[dependency]
async fn language(#[header] accept: String) -> usize {
    accept.len()
}

#[dependency]
async fn client(#[header] user_agent: String) -> usize {
    user_agent.len()
}

#[get("/")]
async fn protected(
    #[depends(plan)] plan: u32,
    #[depends(language)] language: usize,
    #[depends(client)] client: usize,
) -> Message {
    black_box((plan, language, client));
    Message {
        message: "Hello World",
    }
}

#[model(output)]
struct Message {
    message: &'static str,
}

#[get("/")]
async fn hello() -> Message {
    Message {
        message: "Hello World",
    }
}

fn of(app: App) -> Box<dyn FnMut()> {
    answering(app, routes![hello], request())
}

fn of_protected(app: App) -> Box<dyn FnMut()> {
    let request = request().header("authorization", "Bearer t0ps3cret");
    answering(app, routes![protected], request)
}

fn request() -> Builder {
    Request::get("/")
        .header("host", "127.0.0.1:8000")
        .header("user-agent", "a client")
        .header("accept", "*/*")
}

fn answering(app: App, routes: Vec<Route>, request: Builder) -> Box<dyn FnMut()> {
    let service = app.routes(routes).build().expect("it is free of mistakes");
    let request = request.body(Bytes::new()).expect("it is well formed");
    answered(service, request, 200, r#"{"message":"Hello World"}"#)
}
