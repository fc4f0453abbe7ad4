//! `Metrics`: metrics for Prometheus.

mod exposition;
mod histogram;
mod meter;
mod page;
#[cfg_attr(
    not(feature = "websocket"),
    expect(dead_code, reason = "there are none to count")
)]
mod websockets;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, StatusCode};

use self::exposition::MEDIA_TYPE;
use super::methods;
use crate::operation::Operation;
use crate::report::RejectionReason;
use crate::response::full_response;
use crate::route::Route;

pub(crate) use meter::{Ended, Meter};
#[cfg(feature = "websocket")]
pub(crate) use websockets::{OpenWebSocket, WebSocketMeter};

/// The metrics of an application, in the text format of Prometheus.
///
/// [`at`](Self::at) serves them beside the application's routes, [`route`](Self::route) anywhere else, such as in a
/// separate application on an address that only the operator reaches.
///
/// | metric | type | labels | meaning |
/// |---|---|---|---|
/// | `http_requests_total` | counter | `method`, `route`, `status` | completed requests |
/// | `http_request_duration_seconds` | histogram | `method`, `route` | from the request head to the end of the response |
/// | `http_requests_in_flight` | gauge | `method`, `route` | requests that are not completed |
/// | `http_response_bytes_total` | counter | `method`, `route` | bytes of response bodies |
/// | `http_stream_first_byte_seconds` | histogram | `method`, `route` | from the request head to the first byte of a streamed response |
/// | `http_streams_open` | gauge | `method`, `route` | streamed responses that are not completed |
/// | `http_stream_items_total` | counter | `method`, `route` | events and items of streams: tokens, if each item is one |
/// | `http_websockets_open` | gauge | `method`, `route` | `WebSocket`s that are open |
/// | `http_websocket_messages_received_total` | counter | `method`, `route` | messages from clients, without control frames such as pings |
/// | `http_websocket_messages_sent_total` | counter | `method`, `route` | messages to clients |
/// | `http_websocket_ends_total` | counter | `method`, `route`, `code` | `WebSocket`s that ended |
/// | `http_disconnects_total` | counter | `method`, `route` | responses whose connection ended first: the client disconnected, or was cut off at a limit |
/// | `http_panics_total` | counter | `method`, `route` | handlers and streams that panicked |
/// | `http_rejections_total` | counter | `reason` | requests that Avocet rejected with a 4xx, before any handler |
/// | `http_limits_hit_total` | counter | `limit` | how often a client reached one of the [`Limits`](crate::serve::Limits), by its name there |
/// | `http_connections_open` | gauge | | open connections |
/// | `http_connections_total` | counter | | accepted connections |
///
/// The number of series is bounded by the program, not by its clients:
///
/// - `route` is the template of a route, such as `/items/{id}`; for a mounted service `/legacy/{path:path}`, with its prefix; or `unmatched`.
/// - `method` is that of the route (a `HEAD` request to a `GET` route counts as `GET`), and `_OTHER` for methods outside the standard.
/// - `status` is `none` for a request whose client disconnected before the response.
/// - `reason` is `malformed` (400), `unauthorized` (401), `forbidden` (403), `not_found` (404), `method` (405), `too_slow` (408),
///   `too_large` (413), `target_too_long` (414), `media_type` (415), `validation` (422), `too_many` (429), `head_too_large` (431) or
///   `other`.
/// - `limit` is `connections`, `header_time`, `tls_time`, `write_stall`, `drain_time`, `body_bytes` (including that of a route),
///   `decoded_body_bytes`, `body_rate`, `json_depth` (of bodies), `form_fields`, `form_files`, `form_text_bytes`, `form_head_bytes`,
///   `form_file_bytes` (of a route), `websocket_message_bytes` (including that of a route), `websocket_frame_bytes`,
///   `websocket_ping_timeout`, `websocket_idle_time` or `websocket_close_time`, or `head` for `header_bytes` and `header_count`, which
///   the HTTP/1 parser does not distinguish.
/// - `code` is that of the first close frame, from either side: one from `1000` to `1015`, where `1005` means a frame without a code and
///   `1006` no close frame, `3000`, `3003`, `3008`, and `3xxx`, `4xxx` or `other` for the rest.
///
/// The buckets of a duration end at 1, 2.5, 5, 10, 25, 50, 100, 250 and 500 ms, 1, 2.5, 5, 10, 30, 60 and 120 s.
///
/// Counting takes a few atomic additions per request: no lock, no lookup, no dependency.
///
/// ```
/// use avocet::observe::Metrics;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("/items/{id}")]
/// async fn item(id: u32) -> u32 { id }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").metrics(Metrics::new().at("/metrics")).routes(routes![item]);
/// let client = TestClient::new(app.build()?);
/// client.get("/items/7").send().await.text().await;
///
/// let text = client.get("/metrics").send().await.text().await;
/// assert!(text.contains("http_requests_total{method=\"GET\",route=\"/items/{id}\",status=\"200\"} 1\n"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Metrics {
    shared: Arc<Shared>,
    path: Option<String>,
}

#[derive(Default)]
struct Shared {
    meters: Mutex<Vec<Arc<Meter>>>,
    rejections: Mutex<BTreeMap<&'static str, u64>>,
    limits: Mutex<BTreeMap<&'static str, u64>>,
    connections_open: AtomicI64,
    connections: AtomicU64,
    #[cfg(feature = "inference")]
    monitors: Mutex<Vec<avocet_inference::Monitor>>,
    others: Mutex<Vec<Box<dyn Fn() -> String + Send + Sync>>>,
}

/// Locks a mutex even if it is poisoned: a panic does not make counters invalid.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Metrics {
    /// Creates empty metrics. Clones share their counters.
    ///
    /// ```
    /// let metrics = avocet::observe::Metrics::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves them at a path of the counted application. The route is not in the document.
    ///
    /// Every client of the application can read them, including route names and their load. To prevent that, serve
    /// [`route`](Self::route) on another address.
    ///
    /// ```
    /// use avocet::observe::Metrics;
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").metrics(Metrics::new().at("/metrics"));
    /// ```
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Returns a route that serves them, for any application.
    ///
    /// ```no_run
    /// use avocet::App;
    /// use avocet::observe::Metrics;
    ///
    /// # async fn run() -> avocet::Result<()> {
    /// let metrics = Metrics::new();
    /// let admin = App::new("Shop, for operators", "1.0.0").routes([metrics.route("/metrics")]);
    /// let shop = App::new("Shop", "1.0.0").metrics(metrics);
    /// tokio::try_join!(shop.serve("0.0.0.0:8000"), admin.serve("127.0.0.1:9000"))?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn route(&self, path: impl Into<String>) -> Route {
        let metrics = self.clone();
        let operation = Operation::get(path).id("metrics").hidden();
        Route::opaque(operation, move |_| {
            let media_type = HeaderValue::from_static(MEDIA_TYPE);
            let text = metrics.render();
            std::future::ready(full_response(StatusCode::OK, media_type, text))
        })
    }

    /// Adds metrics from another source: a function that returns text in the same format, called at each scrape. So the program's
    /// metrics, from any library, are on the same page.
    ///
    /// ```
    /// use avocet::observe::Metrics;
    ///
    /// let metrics = Metrics::new().and(|| "# TYPE queue_length gauge\nqueue_length 3\n".to_owned());
    /// assert!(metrics.render().ends_with("queue_length 3\n"));
    /// ```
    pub fn and(self, other: impl Fn() -> String + Send + Sync + 'static) -> Self {
        locked(&self.shared.others).push(Box::new(other));
        self
    }

    pub(crate) fn own_route(&self) -> Option<Route> {
        self.path.as_ref().map(|path| self.route(path))
    }

    /// Adds the figures of models.
    #[cfg(feature = "inference")]
    pub(crate) fn watch(&self, monitors: Vec<avocet_inference::Monitor>) {
        locked(&self.shared.monitors).extend(monitors);
    }

    /// Returns the meter of a route.
    pub(crate) fn meter(&self, method: &str, route: &str) -> Arc<Meter> {
        let mut meters = locked(&self.shared.meters);
        let known = meters
            .iter()
            .find(|meter| *meter.method == *method && *meter.route == *route);
        if let Some(meter) = known {
            return Arc::clone(meter);
        }
        let meter = Arc::new(Meter::new(method, route));
        meters.push(Arc::clone(&meter));
        meter
    }

    /// Returns the meters for requests without a route, one for each method in its order.
    pub(crate) fn unmatched(&self) -> Vec<Arc<Meter>> {
        let methods = methods::METHODS.iter();
        methods
            .map(|method| self.meter(method, "unmatched"))
            .collect()
    }

    /// Counts a rejected request.
    pub(crate) fn rejected(&self, reason: RejectionReason) {
        let mut rejections = locked(&self.shared.rejections);
        *rejections.entry(reason.label()).or_default() += 1;
    }

    /// Counts a reached limit.
    pub(crate) fn limit_hit(&self, limit: &'static str) {
        *locked(&self.shared.limits).entry(limit).or_default() += 1;
    }

    pub(crate) fn connection_opens(&self) {
        self.shared.connections.fetch_add(1, Ordering::Relaxed);
        self.shared.connections_open.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn connection_closes(&self) {
        self.shared.connections_open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Returns the text for Prometheus.
    ///
    /// ```
    /// assert!(avocet::observe::Metrics::new().render().contains("http_connections_open 0\n"));
    /// ```
    pub fn render(&self) -> String {
        page::of(&self.shared)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}
