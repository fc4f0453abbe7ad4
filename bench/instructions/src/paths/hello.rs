//! The smallest response, which shows the cost of every request.

use avocet::layer::{Next, Request as LayerRequest};
use avocet::observe::Metrics;
use avocet::prelude::*;
use bytes::Bytes;
use http::Request;

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
    let service = app
        .routes(routes![hello])
        .build()
        .expect("it is free of mistakes");
    let request = Request::get("/")
        .header("host", "127.0.0.1:8000")
        .header("user-agent", "a client")
        .header("accept", "*/*");
    let request = request.body(Bytes::new()).expect("it is well formed");
    answered(service, request, 200, r#"{"message":"Hello World"}"#)
}
