//! A live view of the models of an application.

use std::fmt::Write;
use std::future::ready;

use avocet_inference::{Distribution, Figures, Limits, Monitor};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::error::accepts_json;
use crate::model::{Members, OrderedJson, object};
use crate::operation::Operation;
use crate::response::{Response, full_response};
use crate::route::Route;

/// Returns a route that shows the state of models: text, or JSON for a request that accepts `application/json`. It is not in the document.
///
/// [`App::inference_view`](crate::App::inference_view) serves that of all workers of an application. This is for an application on an address that only
/// the operator reaches.
///
/// ```
/// use avocet::inference::{view, workers};
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let lengths = workers::batch("lengths", |_| Ok(()), |_, texts: &[String]| {
///     Ok::<_, std::convert::Infallible>(texts.iter().map(String::len).collect())
/// });
/// let operators = App::new("For operators", "1.0.0").routes([view("/inference", vec![lengths.monitor()])]);
/// let client = TestClient::new(operators.build()?);
/// let text = client.get("/inference").send().await.text().await;
/// assert!(text.starts_with("lengths: not ready: it is not loaded\n"));
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn view(path: impl Into<String>, monitors: Vec<Monitor>) -> Route {
    let operation = Operation::get(path).id("inference_view").hidden();
    Route::opaque(operation, move |context| {
        ready(respond(&monitors, context.headers()))
    })
}

fn respond(monitors: &[Monitor], headers: &HeaderMap) -> Response {
    let (media_type, body) = if accepts_json(headers.get_all(header::ACCEPT)) {
        let models: OrderedJson = monitors.iter().map(json).collect();
        ("application/json", object! {"models": models}.to_string())
    } else {
        (
            "text/plain; charset=utf-8",
            monitors.iter().map(text).collect(),
        )
    };
    let mut response = full_response(StatusCode::OK, HeaderValue::from_static(media_type), body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn text(monitor: &Monitor) -> String {
    let (figures, limits) = (monitor.figures(), monitor.limits());
    let mut text = match monitor.ready() {
        Ok(()) => format!("{}: ready\n", monitor.name()),
        Err(reason) => format!("{}: not ready: {reason}\n", monitor.name()),
    };
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<14} {value}");
    };
    line(
        "replicas",
        format!("{} of {} ready", figures.ready_replicas, limits.replicas),
    );
    line(
        "waiting",
        used(figures.waiting as u64, Some(limits.queue as u64)),
    );
    line(
        "waiting cost",
        used(figures.waiting_cost, limits.queue_cost),
    );
    line("running", figures.running.to_string());
    line(
        "batch size",
        format!(
            "mean {:.1}, limit {}",
            figures.batch_size.mean(),
            limits.max_batch
        ),
    );
    for (name, times) in times(&figures) {
        if times.count() > 0 {
            line(
                name,
                format!(
                    "mean {:.1} ms, 99 % within {}",
                    times.mean() * 1000.0,
                    within(times)
                ),
            );
        }
    }
    line(
        "requests",
        format!(
            "{} succeeded, {} failed, {} cancelled, {} expired",
            figures.completed, figures.failed, figures.cancelled, figures.expired
        ),
    );
    let rejected = figures.rejected.iter();
    let rejected = rejected.map(|(limit, count)| format!("{} {count}", limit.name()));
    line("rejected", rejected.collect::<Vec<_>>().join(", "));
    line(
        "faults",
        format!(
            "{} panics, {} inputs retried, {} threads abandoned, {} failures to load",
            figures.panics, figures.retried, figures.abandoned, figures.load_failures
        ),
    );
    if figures.items > 0 {
        line("items", figures.items.to_string());
    }
    text
}

/// Writes a value and the part of its limit that it uses.
fn used(value: u64, limit: Option<u64>) -> String {
    match limit {
        Some(limit) => {
            let percent = value.saturating_mul(100) / limit.max(1);
            format!("{value} of {limit} ({percent} %)")
        }
        None => value.to_string(),
    }
}

fn times(figures: &Figures) -> [(&'static str, &Distribution); 4] {
    [
        ("queue time", &figures.queue_time),
        ("run time", &figures.run_time),
        ("first item", &figures.first_item),
        ("between items", &figures.between_items),
    ]
}

/// Returns the bound of the range within which 99 of 100 values are.
fn within(times: &Distribution) -> String {
    let wanted = times.count() - times.count() / 100;
    let mut count = 0;
    let within = times
        .bounds
        .iter()
        .zip(&times.counts)
        .find(|(_, in_range)| {
            count += **in_range;
            count >= wanted
        });
    match (within, times.bounds.last()) {
        (Some((bound, _)), _) => format!("{} ms", bound * 1000.0),
        (None, Some(last)) => format!("more than {} ms", last * 1000.0),
        (None, None) => "no bound".to_owned(),
    }
}

fn json(monitor: &Monitor) -> OrderedJson {
    let (figures, limits) = (monitor.figures(), monitor.limits());
    let ready = monitor.ready();
    let rejected = figures.rejected.iter();
    let rejected = rejected.map(|(limit, count)| (limit.name().to_owned(), (*count).into()));
    let times = times(&figures)
        .map(|(name, times)| (format!("{}_seconds", name.replace(' ', "_")), spread(times)));
    let mut model = object! {
        "name": monitor.name(),
        "ready": ready.is_ok(),
        "reason": ready.err().map_or(OrderedJson::Null, OrderedJson::from),
        "ready_replicas": figures.ready_replicas as u64,
        "waiting": figures.waiting as u64,
        "waiting_cost": figures.waiting_cost,
        "running": figures.running as u64,
        "limits": limits_json(&limits),
        "batch_size": spread(&figures.batch_size),
    };
    for (name, times) in times {
        model.set(&name, times);
    }
    let counts = [
        ("inputs", figures.submitted),
        ("succeeded", figures.completed),
        ("failed", figures.failed),
        ("cancelled", figures.cancelled),
        ("expired", figures.expired),
        ("retried", figures.retried),
        ("panics", figures.panics),
        ("abandoned_threads", figures.abandoned),
        ("load_failures", figures.load_failures),
        ("items", figures.items),
    ];
    for (name, count) in counts {
        model.set(name, count);
    }
    model.set("rejected", rejected.collect::<Members>());
    model
}

fn limits_json(limits: &Limits) -> OrderedJson {
    let limit = |limit: Option<u64>| limit.map_or(OrderedJson::Null, OrderedJson::from);
    let count = |count: Option<usize>| limit(count.map(|count| count as u64));
    object! {
        "replicas": limits.replicas as u64,
        "max_batch": limits.max_batch as u64,
        "max_cost": limit(limits.max_cost),
        "queue": limits.queue as u64,
        "queue_cost": limit(limits.queue_cost),
        "per_caller": count(limits.per_caller),
        "running_per_caller": count(limits.running_per_caller),
        "deadline_seconds": float(limits.deadline.as_secs_f64()),
        "hang_time_seconds": float(limits.hang_time.as_secs_f64()),
    }
}

fn spread(values: &Distribution) -> OrderedJson {
    object! {"count": values.count(), "mean": float(values.mean())}
}

fn float(value: f64) -> OrderedJson {
    OrderedJson::of(&value).unwrap_or_default()
}
