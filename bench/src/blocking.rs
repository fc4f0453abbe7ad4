//! `blocking`: 200 concurrent requests whose handlers block a thread, and their effect on other requests.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::{JoinSet, LocalSet, spawn_local};
use tokio::time::{interval, timeout};

use crate::record::Measured;
use crate::server::Server;

/// The number of concurrent blocked requests.
const AT_ONCE: u32 = 200;

/// The interval of the `GET /` requests.
const EVERY: Duration = Duration::from_millis(5);

/// The timeout of a response.
const PATIENCE: Duration = Duration::from_secs(30);

type Http = Client<HttpConnector, Empty<Bytes>>;

#[derive(Default)]
struct Seen {
    /// From the scheduled time of a `GET /` to its complete response.
    hellos: Vec<Duration>,
    /// From the scheduled time of a `GET /` to when it was sent.
    lateness: Vec<Duration>,
}

pub fn measure(server: &Server, seconds: u32) -> Result<Measured, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let uri = |path| server.url(path).parse::<Uri>().expect("an address");
    let client: Http = Client::builder(TokioExecutor::new()).build_http();
    let before = server.cpu();
    let (batches, hellos) = LocalSet::new().block_on(&runtime, async {
        let over = Rc::new(Cell::new(false));
        let hellos = spawn_local(hellos(client.clone(), uri("/"), Rc::clone(&over)));
        let batches = batches(&client, &uri("/block"), seconds).await;
        over.set(true);
        (batches, hellos.await)
    });
    let cpu_seconds = server.cpu().since(&before);
    let batches = batches?;
    let mut seen = hellos
        .map_err(|error| error.to_string())?
        .map_err(|why| format!("GET / while others block: {why}"))?;
    let blocked: Duration = batches.iter().sum();
    let count = batches.len() as f64;
    Ok(Measured {
        units: count * f64::from(AT_ONCE),
        cpu_seconds: Some(cpu_seconds),
        wall_seconds: Some(blocked.as_secs_f64()),
        p50_ms: percentile(&mut seen.hellos, 50),
        p99_ms: percentile(&mut seen.hellos, 99),
        rss_mb: Some(server.resident_bytes() / 1e6),
        more: BTreeMap::from([
            (
                "all_blocked_ms".to_owned(),
                blocked.as_secs_f64() * 1e3 / count,
            ),
            (
                "own_lateness_p99_ms".to_owned(),
                percentile(&mut seen.lateness, 99).unwrap_or_default(),
            ),
        ]),
        ..Measured::default()
    })
}

/// Measures the time of each batch until its last response.
async fn batches(client: &Http, uri: &Uri, seconds: u32) -> Result<Vec<Duration>, String> {
    let mut batches = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds.into()) {
        let mut blocked = JoinSet::new();
        let sent = Instant::now();
        for _ in 0..AT_ONCE {
            blocked.spawn(ask(client.clone(), uri.clone()));
        }
        while let Some(response) = blocked.join_next().await {
            response.map_err(|error| error.to_string())??;
        }
        batches.push(sent.elapsed());
    }
    Ok(batches)
}

/// Sends requests on schedule, whether or not the earlier ones have responses, and waits for pending ones at the end, so that slow ones
/// count.
async fn hellos(client: Http, uri: Uri, over: Rc<Cell<bool>>) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let mut asked = JoinSet::new();
    let mut ticks = interval(EVERY);
    while !over.get() {
        let due = ticks.tick().await;
        seen.lateness.push(due.elapsed());
        let response = ask(client.clone(), uri.clone());
        asked.spawn_local(async move { response.await.map(|()| due.elapsed()) });
    }
    while let Some(response) = asked.join_next().await {
        seen.hellos
            .push(response.map_err(|error| error.to_string())??);
    }
    Ok(seen)
}

async fn ask(client: Http, uri: Uri) -> Result<(), String> {
    let whole = async {
        let response = client.get(uri).await.map_err(|error| error.to_string())?;
        if response.status() != 200 {
            return Err(format!("status {}", response.status()));
        }
        let body = response.into_body().collect().await;
        body.map(drop).map_err(|error| error.to_string())
    };
    let late = |_| Err(format!("no answer within {} s", PATIENCE.as_secs()));
    timeout(PATIENCE, whole).await.unwrap_or_else(late)
}

/// Returns a percentile in milliseconds.
fn percentile(spans: &mut [Duration], percent: usize) -> Option<f64> {
    spans.sort();
    let index = (spans.len() * percent / 100).min(spans.len().checked_sub(1)?);
    Some(spans[index].as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_spans() {
        let mut spans: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut spans, 50), Some(51.0));
        assert_eq!(percentile(&mut spans, 99), Some(100.0));
        assert_eq!(percentile(&mut [], 99), None);
    }
}
