//! The client of the workloads that need more control than `wrk` has.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use crate::server::Server;

/// Sends one request again and again.
#[derive(Clone)]
pub struct Poster {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: Uri,
    body: String,
    caller: Option<&'static str>,
}

/// What was seen of one request.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// `None` if there was no response in time.
    pub status: Option<u16>,
    pub elapsed: Duration,
}

impl Poster {
    pub fn new(server: &Server, path: &str, body: impl Into<String>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            uri: server.url(path).parse().expect("an address"),
            body: body.into(),
            caller: None,
        }
    }

    /// Sets the header `x-caller`.
    pub fn of(self, caller: &'static str) -> Self {
        Self {
            caller: Some(caller),
            ..self
        }
    }

    /// Sends it once, and returns the status of the whole response.
    pub async fn send(&self, patience: Duration) -> Option<u16> {
        let mut request =
            Request::post(self.uri.clone()).header("content-type", "application/json");
        if let Some(caller) = self.caller {
            request = request.header("x-caller", caller);
        }
        let request = request.body(Full::from(self.body.clone())).expect("valid");
        let whole = async {
            let response = self.client.request(request).await.ok()?;
            let status = response.status().as_u16();
            response.into_body().collect().await.ok()?;
            Some(status)
        };
        timeout(patience, whole).await.ok().flatten()
    }

    /// Sends it, and returns what was seen; measured from a time when it was due.
    pub async fn send_due(self, due: Instant, patience: Duration) -> Seen {
        let status = self.send(patience).await;
        Seen {
            status,
            elapsed: due.elapsed(),
        }
    }

    /// Sends it at a fixed rate, whatever the responses, and waits for those that are open at the end. Also returns how late each was sent.
    pub async fn at_rate(
        &self,
        per_second: f64,
        time: Duration,
        patience: Duration,
    ) -> (Vec<Seen>, Vec<Duration>) {
        let (mut open, mut seen, mut lateness) = (JoinSet::new(), Vec::new(), Vec::new());
        let mut ticks = interval(Duration::from_secs_f64(1.0 / per_second));
        let count = (per_second * time.as_secs_f64()).round() as usize;
        for _ in 0..count {
            let due = ticks.tick().await;
            lateness.push(due.elapsed());
            open.spawn(self.clone().send_due(due.into_std(), patience));
            while let Some(done) = open.try_join_next() {
                seen.extend(done.ok());
            }
        }
        while let Some(done) = open.join_next().await {
            seen.extend(done.ok());
        }
        (seen, lateness)
    }
}

/// Runs on this thread.
pub fn runtime() -> Result<Runtime, String> {
    let mut builder = Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
}

/// Returns a percentile in milliseconds, or `None` of nothing.
pub fn percentile(mut spans: Vec<Duration>, percent: usize) -> Option<f64> {
    spans.sort();
    let index = (spans.len() * percent / 100).min(spans.len().checked_sub(1)?);
    Some(spans[index].as_secs_f64() * 1e3)
}

/// Returns the times of the responses with this status.
pub fn with_status(seen: &[Seen], wanted: u16) -> Vec<Duration> {
    let matching = seen.iter().filter(|seen| seen.status == Some(wanted));
    matching.map(|seen| seen.elapsed).collect()
}
