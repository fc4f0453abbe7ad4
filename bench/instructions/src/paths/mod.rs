//! The hot paths: what a server does for a request, without its sockets.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use avocet::Service;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use tower_service::Service as _;

use crate::callgrind::RUNS;

mod chat;
mod hello;
mod ids;
mod parameters;
mod tokens;
mod vector;

/// A counted path.
pub struct Path {
    pub name: &'static str,
    pub prepare: Prepare,
    /// The same work with serde_json and the checks alone, where it exists.
    pub yardstick: Option<Prepare>,
}

/// Prepares the inputs; the returned function runs the path once.
pub type Prepare = fn() -> Box<dyn FnMut()>;

pub const PATHS: &[Path] = &[
    vector::READ,
    vector::ANSWERED,
    vector::INVALID,
    chat::ROLE_FIRST,
    chat::ROLE_LAST,
    ids::IDS,
    tokens::TOKENS,
    parameters::FIVE,
    hello::HELLO,
    hello::WITH_METRICS,
    hello::BEHIND_A_LAYER,
    hello::WITH_DEPENDENCIES,
    hello::PROTECTED,
];

/// Runs requests through a service, each to the last byte of its response, which has `status` and contains `text`.
fn answered(
    service: Service,
    request: Request<Bytes>,
    status: u16,
    text: &'static str,
) -> Box<dyn FnMut()> {
    // Timers require a runtime's clock, although nothing here waits.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime");
    let copies = (0..=RUNS).map(|_| request.clone().map(Full::new));
    let mut requests: Vec<_> = copies.collect();
    let mut response = move || {
        let _inside = runtime.enter();
        let request = requests.pop().expect("enough were prepared");
        let Ok(response) = now(service.clone().call(request));
        let status = response.status();
        let mut body = response.into_body();
        let mut last = Bytes::new();
        while let Some(frame) = now(body.frame()) {
            let frame = frame.expect("the answer goes on");
            last = frame.into_data().expect("an answer has no trailers");
        }
        (status, last)
    };
    let (seen, body) = response();
    assert_eq!(seen, status);
    let body = String::from_utf8_lossy(&body).into_owned();
    assert!(body.contains(text), "{body}");
    Box::new(move || drop(response()))
}

/// Returns the output of a future that is ready immediately.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}
