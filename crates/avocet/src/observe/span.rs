//! The span of a request, following OpenTelemetry's semantic conventions.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{HeaderMap, Method, StatusCode};
use tracing::Span;
use tracing::field::Empty;

use super::ambient::Notes;
use super::methods;
use super::setup::ObservedRoute;

/// Begins the span, which costs only a check if no subscriber is interested in it.
pub(super) fn begin(method: &Method, route: Option<&ObservedRoute>, notes: &mut Notes) -> Span {
    if !tracing::enabled!(target: "avocet::request", tracing::Level::INFO) {
        return Span::none();
    }
    let id = notes.id().clone();
    let trace = notes.trace();
    tracing::info_span!(
        target: "avocet::request",
        "request",
        otel.name = route.map_or(methods::name(method), |route| &route.name),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = methods::name(method),
        http.route = route.map(|route| &*route.template),
        http.response.status_code = Empty,
        request_id = display(id),
        trace_id = trace.map(|trace| display(format!("{:032x}", trace.trace_id()))),
        span_id = trace.map(|trace| display(format!("{:016x}", trace.span_id()))),
    )
}

pub(super) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        failed(span);
    }
}

/// Marks the span as failed: the response is a 5xx, or it was aborted.
pub(super) fn failed(span: &Span) {
    span.record("otel.status_code", "ERROR");
}

/// The callback for each span.
#[derive(Default)]
pub(crate) struct OnSpan(Option<Box<SpanCallback>>);

type SpanCallback = dyn Fn(&Span, &HeaderMap) + Send + Sync;

impl OnSpan {
    pub(crate) fn new(call: impl Fn(&Span, &HeaderMap) + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(call)))
    }

    pub(super) fn call(&self, span: &Span, headers: &HeaderMap) {
        // A panic in the callback must not change the response.
        if let Some(call) = &self.0
            && catch_unwind(AssertUnwindSafe(|| call(span, headers))).is_err()
        {
            tracing::error!(parent: span, "the function of `App::on_span` panicked");
        }
    }
}

impl fmt::Debug for OnSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OnSpan({})", self.0.is_some())
    }
}
