//! What an operator sees of a running application: ids, spans, an access log, metrics, health.
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
//! | what | when |
//! |---|---|
//! | a [`RequestId`] in every answer and line of which something is told | always |
//! | the [`TraceContext`] of the caller, for calls of one's own | where the client sent one |
//! | a span for each request, `avocet::request`, in the words of OpenTelemetry's conventions | to subscribers of `tracing` at level `info` |
//! | a line for each request | to the same, as `avocet::access`, or to where an [`AccessLog`] says |
//! | [`Metrics`] for Prometheus | where asked for |
//! | [`Health`] routes, with checks of one's own | where asked for |
//! | an error that a client is not told, a panic | always: `tracing` at level `error`, or standard error where nobody listens |
//!
//! Nothing that a client sends makes a line at level `error`: one of those means that something is wrong on this side. Headers, cookies,
//! queries and bodies are never told.
//!
//! Where nobody looks this costs next to nothing: an id is made when something is told of the request, and not before.
//!
//! # Spans
//!
//! The span is named `request` and has `otel.name` (`GET /items/{id}`), `otel.kind`, `otel.status_code`,
//! `http.request.method`, `http.route`, `http.response.status_code`, `request_id`, and `trace_id` and `span_id` where the client
//! sent a trace. It begins with the head of a request and ends with the last byte of its answer; what a handler and its
//! stream log stands inside of it. That of a WebSocket lasts as long as the conversation, that of a route with `detach` as long as
//! its handler. The path as it was sent is not in it, so that the number of names is bounded.
//! [`App::on_span`](crate::App::on_span) is where a tracer joins it to the trace that the caller named; `guide/opentelemetry` has the few
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
mod escaped;
mod exchange;
mod health;
mod line;
mod log_writer;
mod methods;
mod metrics;
mod rejection;
mod request_id;
mod setup;
mod span;
mod trace_context;

pub use access_log::AccessLog;
pub use health::Health;
pub use metrics::Metrics;
pub use request_id::RequestId;
pub use trace_context::TraceContext;

#[cfg(feature = "websocket")]
pub(crate) use after_response::AfterResponse;
pub(crate) use ambient::{item_given, limit_hit, panicked, rejected};
pub(crate) use escaped::Escaped;
pub(crate) use exchange::Exchange;
#[cfg(feature = "settings")]
pub(crate) use log_writer::{LogWriter, lines_lost};
#[cfg(feature = "websocket")]
pub(crate) use metrics::{OpenWebSocket, WebSocketMeter};
pub(crate) use rejection::RejectionReason;
pub(crate) use setup::Observe;
pub(crate) use span::OnSpan;
