//! Observability of a running application: ids, spans, an access log, metrics, health.
//!
//! ```
//! use avocet::observe::{AccessLog, Health, Metrics};
//! use avocet::prelude::*;
//!
//! let app = App::new("Embedder", "1.0.0")
//!     .access_log(AccessLog::json())
//!     .metrics(Metrics::new().at("/metrics"))
//!     .health(Health::new());
//! assert!(app.build().is_ok());
//! ```
//!
//! | feature | when |
//! |---|---|
//! | a [`RequestId`] in the response and in every line logged about a request | always, once the id is used |
//! | the [`TraceContext`] of the caller, for outgoing requests | if the client sent one |
//! | a span for each request, `avocet::request`, following OpenTelemetry's semantic conventions | for subscribers of `tracing` at level `info` |
//! | a line for each request | for the same, as `avocet::access`, or where an [`AccessLog`] is set |
//! | [`Metrics`] for Prometheus | if enabled |
//! | [`Health`] routes, with custom checks | if enabled |
//! | errors whose reason the client does not see, and panics | always: `tracing` at level `error`, or standard error if no subscriber is installed |
//!
//! A request alone never causes a line at level `error`: such a line always means an error of the server. Headers, cookies,
//! queries and bodies are never logged.
//!
//! If none of this is enabled it costs almost nothing: an id is created only when it is used.
//!
//! # Spans
//!
//! The span is named `request` and has `otel.name` (`GET /items/{id}`), `otel.kind`, `otel.status_code`,
//! `http.request.method`, `http.route`, `http.response.status_code`, `request_id`, and `trace_id` and `span_id` if the client
//! sent a trace. It begins with the request head and ends with the last byte of the response; log lines of a handler and its
//! stream are inside it. The span of a WebSocket lasts as long as the connection, that of a route with `detach` as long as
//! its handler. The span does not contain the path as received, so that the number of names is bounded.
//! [`App::on_span`](crate::App::on_span) connects it to the trace of the caller; `guide/opentelemetry` has the few
//! lines that send spans to a collector.

// ```text
// request ──► Exchange::begin ──► handler, inside `enter` ──► Exchange::answered ──► body ──► dropped
//                  │                        │                          │              │          │
//             id, trace, span         notes (ambient)             x-request-id   bytes, items  line, counters
//                                                                       └─► with 101: `AfterResponse`, for the conversation
// ```

mod access_log;
#[cfg(feature = "websocket")]
mod after_response;
mod ambient;
mod body;
mod exchange;
mod headers;
mod health;
mod line;
mod log_writer;
mod methods;
mod metrics;
#[cfg(feature = "inference")]
mod server_timing;
mod setup;
mod span;

pub use access_log::AccessLog;
pub use avocet_context::{RequestId, TraceContext};
pub use headers::outgoing_headers;
pub use health::{Health, HealthCheck};
pub use metrics::Metrics;

#[cfg(feature = "websocket")]
pub(crate) use after_response::AfterResponse;
pub(crate) use exchange::Exchange;
#[cfg(feature = "settings")]
pub(crate) use log_writer::{LogWriter, lines_lost};
#[cfg(feature = "websocket")]
pub(crate) use metrics::{OpenWebSocket, WebSocketMeter};
pub(crate) use setup::Observe;
pub(crate) use span::OnSpan;
