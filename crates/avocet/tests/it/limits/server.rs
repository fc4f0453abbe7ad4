//! An application to test limits with, and a client that writes bytes.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use avocet::prelude::*;
use avocet::response::{Response, ResponseBody};
use avocet::serve::{Limits, ShutdownReport};
use avocet::tasks::Tasks;
use bytes::Bytes;
use http_body::{Body, Frame};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::served::{Served, Target};

/// A limit that is not reached.
pub(super) const LONG: Duration = Duration::from_secs(3600);
/// A limit that is reached.
pub(super) const SHORT: Duration = Duration::from_millis(50);

/// Returns time limits that are never reached.
pub(super) fn patient() -> Limits {
    Limits::default()
        .header_time(LONG)
        .idle_time(LONG)
        .write_stall(LONG)
        .body_grace(LONG)
        .http2_ping_interval(LONG)
        .drain_time(LONG)
}

#[post("/json")]
async fn json(#[body] value: Value) -> Value {
    value
}

#[post("/form")]
async fn form(#[form] a: Vec<String>) -> usize {
    a.len()
}

#[post("/files")]
async fn files(#[file] f: Vec<Upload>) -> usize {
    f.len()
}

/// Responds when the test permits it.
#[get("/wait")]
async fn wait(#[state] switch: Switch) -> &'static str {
    switch.wait().await
}

#[derive(Clone)]
struct Switch {
    waiting: watch::Sender<usize>,
    release: watch::Receiver<bool>,
}

impl Switch {
    async fn wait(mut self) -> &'static str {
        self.waiting.send_modify(|count| *count += 1);
        let _ = self.release.wait_for(|released| *released).await;
        "released"
    }
}

/// The routes that axum has as well. Its router reads no forms with the limits of the application, and has no producers.
fn router(switch: Switch, pieces: Pieces) -> axum::Router {
    use axum::extract::RawQuery;
    use axum::routing::{any, get, post};

    let endless = async move |RawQuery(query): RawQuery| {
        let size = query.expect("a size");
        let size = size
            .strip_prefix("size=")
            .and_then(|size| size.parse().ok());
        axum::body::Body::new(Endless(pieces, vec![b'x'; size.expect("a size")].into()))
    };
    axum::Router::new()
        .route("/json", post(async |body: Bytes| body))
        .route(
            "/wait",
            any(async move || format!("{:?}", switch.wait().await)),
        )
        .route("/endless", get(endless))
        .fallback(async || (http::StatusCode::NOT_FOUND, NOT_FOUND))
}

/// The body of the response to a request without a route.
const NOT_FOUND: &str = r#"{"detail":"Not Found"}"#;

pub(super) struct Server {
    pub(super) served: Served,
    /// The number of started requests to `/wait`.
    pub(super) waiting: watch::Receiver<usize>,
    pub(super) release: watch::Sender<bool>,
    /// The number of pieces taken from `/endless`, and the number of its dropped bodies.
    pub(super) pieces: watch::Receiver<usize>,
    pub(super) drops: watch::Receiver<usize>,
}

impl Server {
    pub(super) async fn start(target: Target, limits: Limits) -> Self {
        let (waits, waiting) = watch::channel(0);
        let (release, released) = watch::channel(false);
        let (taken, pieces) = watch::channel(0);
        let (dropped, drops) = watch::channel(0);
        let switch = Switch {
            waiting: waits,
            release: released,
        };
        let pieces_taken = Pieces { taken, dropped };
        let router = router(switch.clone(), pieces_taken.clone());
        let app = App::new("Limits", "1.0.0")
            .state(switch)
            .state(pieces_taken)
            .routes(routes![json, form, files, wait, endless, produced]);
        Self {
            served: Served::start_target(target, limits, app, router).await,
            waiting,
            release,
            pieces,
            drops,
        }
    }

    pub(super) async fn connect(&self) -> Client {
        Client(self.served.connect().await)
    }

    /// Sends a request on a separate connection, and returns everything the server sends.
    pub(super) async fn ask(&self, request: &str) -> String {
        let mut client = self.connect().await;
        client.send(request).await;
        client.rest().await
    }

    /// Returns the status of the response to a body.
    pub(super) async fn post(&self, path: &str, kind: &str, body: &str) -> u16 {
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {kind}");
        status(
            &self
                .ask(&format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}"))
                .await,
        )
    }

    pub(super) async fn stop(self) -> ShutdownReport {
        self.served.drained().await
    }
}

pub(super) fn status(response: &str) -> u16 {
    let status = response
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    status
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("no answer: {response:?}"))
}

pub(super) struct Client(pub(super) TcpStream);

impl Client {
    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // The server may close the connection before all bytes are sent.
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// Reads everything until the connection ends, orderly or not.
    pub(super) async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Sends a small request and reads its response, which keeps the connection open.
    pub(super) async fn works(&mut self) {
        self.send("GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut seen = String::new();
        while !seen.ends_with(NOT_FOUND) {
            let byte = self
                .0
                .read_u8()
                .await
                .unwrap_or_else(|error| panic!("{error} after {seen:?}"));
            seen.push(char::from(byte));
        }
    }
}

/// Sends numbers until the client disconnects.
#[get("/produced")]
async fn produced(#[request] tasks: Tasks) -> Result<JsonLines<usize>, HttpError> {
    Ok(JsonLines::new(tasks.produce(1, |numbers| {
        for number in 0.. {
            numbers.send(number)?;
        }
        Ok(())
    })?))
}

/// Sends an endless body, which the client need not read.
#[get("/endless")]
async fn endless(#[query] size: usize, #[state] pieces: Pieces) -> Response {
    Response::new(ResponseBody::stream(Endless(
        pieces,
        vec![b'x'; size].into(),
    )))
}

/// The number of pieces taken from endless bodies, and the number of dropped bodies.
#[derive(Clone)]
pub(super) struct Pieces {
    taken: watch::Sender<usize>,
    dropped: watch::Sender<usize>,
}

struct Endless(Pieces, Bytes);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.taken.send_modify(|count| *count += 1);
        Poll::Ready(Some(Ok(Frame::data(self.1.clone()))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.0.dropped.send_modify(|count| *count += 1);
    }
}
