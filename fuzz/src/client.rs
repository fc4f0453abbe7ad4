//! Sends requests to the application as hyper would, and checks the invariants of every response.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use avocet::route::Route;
use avocet::{App, Service};
use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower_service::Service as _;

/// An application and its runtime.
pub struct Client {
    runtime: Runtime,
    service: Service,
}

/// A request that is being built.
pub struct Request<'c> {
    client: &'c Client,
    head: http::request::Builder,
}

/// A complete response.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Bytes,
}

impl Client {
    /// # Panics
    /// If the routes contain a configuration error.
    pub fn new(routes: Vec<Route>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let service = App::new("Fuzzed", "1.0.0")
            .without_docs()
            .routes(routes)
            .build();
        Self {
            runtime: runtime.expect("the system gives a runtime"),
            service: service.expect("the routes are free of mistakes"),
        }
    }

    /// Runs a future on the runtime.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub fn post(&self, path: &str, content_type: &str) -> Request<'_> {
        let head = http::Request::post(path).header("content-type", content_type);
        Request { client: self, head }
    }

    /// `None` if the text is not a valid request target.
    pub fn get(&self, path: &str) -> Option<Request<'_>> {
        let uri: http::Uri = path.parse().ok()?;
        let head = http::Request::get(uri);
        Some(Request { client: self, head })
    }
}

impl Request<'_> {
    /// # Panics
    /// If the response is one that no client request may cause.
    pub fn send(self, pieces: impl IntoIterator<Item = Bytes>) -> Answer {
        let body = Pieces(pieces.into_iter().collect());
        let request = self.head.body(body).expect("the head is well formed");
        let mut service = self.client.service.clone();
        let response = self.client.runtime.block_on(async {
            let Ok(response): Result<_, Infallible> = service.call(request).await;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await;
            Answer {
                status,
                body: body.expect("the answer is whole").to_bytes(),
            }
        });
        response.check();
        response
    }
}

impl Answer {
    pub fn is_good(&self) -> bool {
        self.status == 200
    }

    /// The response's JSON.
    ///
    /// # Panics
    /// If the response is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn check(&self) {
        let allowed = [200, 400, 413, 415, 422];
        assert!(allowed.contains(&self.status), "{self:?}");
        if self.is_good() {
            return;
        }
        assert!(
            self.body.len() < crate::LARGEST_REFUSAL,
            "{} bytes",
            self.body.len()
        );
        let detail = &self.json()["detail"];
        let says_something = detail.as_array().map(|problems| !problems.is_empty());
        assert!(says_something.unwrap_or(detail.is_string()), "{self:?}");
    }
}

struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}
