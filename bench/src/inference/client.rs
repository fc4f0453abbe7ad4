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
use tokio::time::{sleep_until, timeout};

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

    /// Sends it at a rate, whatever the responses, and waits for those that are open at the end. Also returns how late each was sent.
    pub async fn at_rate(
        &self,
        rate: Rate,
        time: Duration,
        patience: Duration,
    ) -> (Vec<Seen>, Vec<Duration>) {
        let (mut open, mut seen, mut lateness) = (JoinSet::new(), Vec::new(), Vec::new());
        let begun = Instant::now();
        let mut due = begun;
        let mut gaps = rate.gaps();
        while due - begun < time {
            sleep_until(due.into()).await;
            lateness.push(due.elapsed());
            open.spawn(self.clone().send_due(due, patience));
            while let Some(done) = open.try_join_next() {
                seen.extend(done.ok());
            }
            due += gaps();
        }
        while let Some(done) = open.join_next().await {
            seen.extend(done.ok());
        }
        (seen, lateness)
    }
}

/// How many requests a second.
#[derive(Clone, Copy, Debug)]
pub enum Rate {
    /// At equal distances.
    Regular(f64),
    /// At random, as independent clients send them; the same times in each run.
    Random(f64),
}

impl Rate {
    /// Returns what gives the time from one request to the next.
    fn gaps(self) -> impl FnMut() -> Duration {
        // A generator of Marsaglia's, with 64 bits.
        let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
        move || match self {
            Self::Regular(per_second) => Duration::from_secs_f64(1.0 / per_second),
            Self::Random(per_second) => {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let even = (state >> 11) as f64 / (1_u64 << 53) as f64;
                Duration::from_secs_f64(-(1.0 - even).ln() / per_second)
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_gaps_have_the_rate_as_their_mean_and_vary_as_much() {
        let mut gaps = Rate::Random(400.0).gaps();
        let gaps: Vec<f64> = (0..20_000).map(|_| gaps().as_secs_f64() * 400.0).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.1, "{variance}");
    }
}
