//! `Exchange`: one request from its head to the last byte of its response.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use avocet_context::{Deadline, Entered};
use http::request::Parts;
use http::{Method, StatusCode, Uri};
use tracing::Span;

#[cfg(feature = "websocket")]
use super::AfterResponse;
use super::ambient::Notes;
use super::body::ObservedBody;
use super::line::{End, Line};
use super::metrics::{Ended, Meter};
use super::setup::Observe;
use super::{RequestId, headers, span};
use crate::error::{ReplaceErrors, replace_errors};
use crate::report::Escaped;
use crate::response::Response;
use crate::serve::ClientAddress;
#[cfg(feature = "websocket")]
use avocet_server::SharedSlot;

/// One request, observed to its end, which is when this is dropped.
#[derive(Default)]
pub(crate) struct Exchange {
    notes: Notes,
    /// The observed data, if logs, spans or metrics are enabled.
    watch: Option<Box<Watch>>,
}

struct Watch {
    observe: Arc<Observe>,
    route: Option<usize>,
    span: Span,
    meter: Option<Arc<Meter>>,
    head: Option<Head>,
    started: Instant,
    status: Option<StatusCode>,
    first_byte: Option<Duration>,
    bytes: u64,
    is_stream: bool,
    end: End,
}

/// The parts of the request head that the access log needs.
struct Head {
    time: SystemTime,
    method: Method,
    uri: Uri,
    /// The route whose template the path matches.
    path_of: Option<usize>,
    client: Option<ClientAddress>,
}

impl Exchange {
    /// Begins the exchange of a request with its route, if it has one; `nearest` is a route that only matches its path.
    pub(crate) fn begin(
        observe: &Arc<Observe>,
        head: &Parts,
        client: impl FnOnce() -> Option<ClientAddress>,
        route: Option<usize>,
        nearest: impl FnOnce() -> Option<usize>,
    ) -> Self {
        let mut notes = Notes::new(&head.headers);
        let span = span::begin(
            &head.method,
            route.map(|route| observe.route(route)),
            &mut notes,
        );
        if !span.is_none() {
            observe.on_span.call(&span, &head.headers);
        }
        let is_logged = observe.access_log.is_wanted();
        let meter = observe.meter(route, &head.method);
        if span.is_none() && !is_logged && meter.is_none() {
            return Self { notes, watch: None };
        }
        if let Some(meter) = meter {
            meter.begins();
        }
        let watch = Watch {
            observe: Arc::clone(observe),
            route,
            span,
            meter: meter.cloned(),
            head: is_logged.then(|| Head::of(head, client(), route.or_else(nearest))),
            started: Instant::now(),
            status: None,
            first_byte: None,
            bytes: 0,
            is_stream: false,
            end: End::default(),
        };
        if is_logged {
            // The response has the id before the line is written.
            notes.id();
        }
        Self {
            notes,
            watch: Some(Box::new(watch)),
        }
    }

    /// Sets the deadline of the request's context.
    pub(crate) fn set_deadline(&mut self, deadline: Deadline) {
        let context = self.notes.context_mut();
        *context = std::mem::take(context).with_deadline(deadline);
    }

    /// Sets the status of requests that the queue of a model rejects.
    #[cfg(feature = "inference")]
    pub(crate) fn set_overload_status(&mut self, status: StatusCode) {
        crate::error::set_overload_status(self.notes.context_mut(), status);
    }

    /// Sets what replaces the responses to errors of the request.
    pub(crate) fn replace_errors(&mut self, by: Box<dyn ReplaceErrors>) {
        replace_errors(self.notes.context_mut(), by);
    }

    /// Makes this the current request of the thread until the value is dropped.
    pub(crate) fn enter(&mut self) -> Inside<'_> {
        let span = self.watch.as_ref().map(|watch| &watch.span);
        Inside::new(span, &mut self.notes)
    }

    /// Records the response head, and observes the response body if it is streamed.
    pub(crate) fn answered(mut self, response: &mut Response) {
        if let Some(id) = self.notes.known_id() {
            say(id, response);
        }
        #[cfg(feature = "inference")]
        super::server_timing::add(self.notes.context_mut(), response);
        let is_whole = response.body().len_if_there();
        if let Some(watch) = &mut self.watch {
            watch.answered(response.status(), is_whole.is_none());
        }
        #[cfg(feature = "websocket")]
        if response.status() == StatusCode::SWITCHING_PROTOCOLS
            && let Some(slot) = response
                .extensions_mut()
                .remove::<SharedSlot<AfterResponse>>()
        {
            slot.fill(self.after_response());
        }
        if let Some(bytes) = is_whole {
            self.sent(bytes);
            self.ended();
            return;
        }
        let body = std::mem::take(response.body_mut());
        *response.body_mut() = body.map_stream(|stream| ObservedBody::new(stream, self));
    }

    #[cfg(feature = "websocket")]
    fn after_response(&mut self) -> AfterResponse {
        let notes = self.notes.afterwards();
        let watch = self.watch.as_ref();
        AfterResponse {
            notes,
            span: watch.map(|watch| watch.span.clone()),
            counted: watch
                .and_then(|watch| Some((Arc::clone(&watch.observe), watch.meter.clone()?))),
        }
    }

    /// Records bytes of the response body that the connection accepted.
    pub(super) fn sent(&mut self, bytes: u64) {
        if let Some(watch) = &mut self.watch
            && bytes > 0
        {
            watch.sent(bytes);
        }
    }

    /// Counts events or items of a stream.
    pub(super) fn gave(&self, items: u64) {
        if items > 0
            && let Some(watch) = &self.watch
            && let Some(meter) = &watch.meter
        {
            meter.items(items);
        }
    }

    pub(super) fn bytes_sent(&self) -> u64 {
        self.watch.as_ref().map_or(0, |watch| watch.bytes)
    }

    /// Records that the whole response was sent.
    pub(super) fn ended(&mut self) {
        if let Some(watch) = &mut self.watch
            && watch.end == End::Left
        {
            watch.end = End::Whole;
        }
    }

    /// Records that the server aborted the response.
    pub(super) fn failed(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.end = End::Failed;
            span::failed(&watch.span);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(cancellation) = self.notes.context_mut().known_cancellation() {
            cancellation.cancel();
        }
        if let Some(watch) = self.watch.take() {
            watch.report(&mut self.notes);
        }
    }
}

impl Watch {
    fn answered(&mut self, status: StatusCode, is_stream: bool) {
        self.status = Some(status);
        self.is_stream = is_stream;
        span::answered(&self.span, status);
        if is_stream && let Some(meter) = &self.meter {
            meter.stream_begins();
        }
    }

    fn sent(&mut self, bytes: u64) {
        self.bytes += bytes;
        if self.first_byte.is_none() {
            let after = self.started.elapsed();
            self.first_byte = Some(after);
            if self.is_stream
                && let Some(meter) = &self.meter
            {
                meter.first_byte(after);
            }
        }
    }

    fn report(&self, notes: &mut Notes) {
        if let (Some(meter), Some(metrics)) = (&self.meter, &self.observe.metrics) {
            meter.ends(&Ended {
                status: self.status,
                duration: self.started.elapsed(),
                bytes: self.bytes,
                was_stream: self.is_stream,
                has_left: self.end == End::Left,
            });
            notes.count(meter, metrics, self.status);
        }
        if let Some(head) = &self.head {
            let _inside = self.span.enter();
            self.observe
                .access_log
                .report(&self.line(head, notes), &self.span);
        }
    }

    fn line<'a>(&'a self, head: &'a Head, notes: &'a mut Notes) -> Line<'a> {
        let route = self.route.map(|route| self.observe.route(route));
        let path = match head.path_of.map(|route| self.observe.route(route)) {
            Some(route) if route.has_secret => &*route.template,
            _ => head.uri.path(),
        };
        Line {
            time: head.time,
            client: head.client,
            method: Escaped(&head.method),
            route: route.map(|route| &*route.template),
            path: Escaped(path),
            status: self.status.map(|status| status.as_u16()),
            bytes: self.bytes,
            duration: self.started.elapsed(),
            first_byte: self.first_byte,
            end: self.end,
            trace_id: notes
                .trace()
                .map(|trace| format!("{:032x}", trace.trace_id())),
            request_id: notes.id(),
        }
    }
}

impl Head {
    fn of(head: &Parts, client: Option<ClientAddress>, path_of: Option<usize>) -> Self {
        Self {
            time: SystemTime::now(),
            method: head.method.clone(),
            uri: head.uri.clone(),
            path_of,
            client,
        }
    }
}

/// Adds the id to the response. Separate, because most responses have no id.
#[inline(never)]
fn say(id: &RequestId, response: &mut Response) {
    let value = headers::id_value(id);
    response.headers_mut().insert(headers::REQUEST_ID, value);
}

/// The guard of the current request: while it exists, the thread works on the request.
pub(crate) struct Inside<'a> {
    _span: Option<tracing::span::Entered<'a>>,
    _notes: Entered<'a>,
}

impl<'a> Inside<'a> {
    pub(super) fn new(span: Option<&'a Span>, notes: &'a mut Notes) -> Self {
        Self {
            _span: span.map(Span::enter),
            _notes: notes.enter(),
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}
