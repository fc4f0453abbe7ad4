//! The execution of a handler for one request, until its response.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{StatusCode, header};
use http_body::Body;
use tokio::task::JoinHandle;

use crate::observe::Exchange;
use crate::report;
use crate::response::{ErrorFormat, HttpError, Response, ResponseBody};
use avocet_server::Background;

/// The future of a response. Dropping it cancels the handler, unless its route has `detach`.
///
/// ```
/// fn cancelled(response: avocet::ServiceFuture) {
///     drop(response);
/// }
/// ```
pub struct ServiceFuture {
    work: Work,
    /// The response to a HEAD request has only the headers.
    bodiless: bool,
}

enum Work {
    Here(Handling),
    /// In a separate task, which owns the exchange too: the request lasts as long as its handler.
    Detached(JoinHandle<Option<(Response, Exchange)>>),
}

impl ServiceFuture {
    /// Creates the future of a handler's response; with `detached` the handler runs to completion in a background task.
    pub(super) fn new(handling: Handling, detached: Option<&Background>, bodiless: bool) -> Self {
        let work = match detached {
            None => Work::Here(handling),
            Some(background) => Work::Detached(background.detach(handling)),
        };
        Self { work, bodiless }
    }
}

impl Future for ServiceFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (mut response, exchange) = match &mut self.work {
            Work::Here(handling) => ready!(Pin::new(handling).poll(context)),
            Work::Detached(task) => match ready!(Pin::new(task).poll(context)) {
                Ok(Some(handled)) => handled,
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                // Cancelled because the server has shut down: this future is dropped too.
                Ok(None) | Err(_) => return Poll::Pending,
            },
        };
        if self.bodiless {
            response = without_body(response);
        }
        exchange.answered(&mut response);
        Poll::Ready(Ok(response))
    }
}

/// A running handler inside its exchange.
pub(super) struct Handling {
    /// `None` once there is a response.
    running: Option<Running>,
    exchange: Exchange,
    errors: ErrorFormat,
}

pub(super) type Running = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Handling {
    pub(super) fn new(running: Running, exchange: Exchange, errors: ErrorFormat) -> Self {
        Self {
            running: Some(running),
            exchange,
            errors,
        }
    }
}

impl Future for Handling {
    type Output = (Response, Exchange);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(running) = &mut this.running else {
            return Poll::Pending;
        };
        let inside = this.exchange.enter();
        let response = match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(Poll::Ready(response)) => response,
            Ok(Poll::Pending) => return Poll::Pending,
            Err(payload) => panicked(&*payload).into_response(this.errors),
        };
        // The handler's future is dropped inside its request, and its state is not used after a panic.
        this.running = None;
        drop(inside);
        Poll::Ready((response, std::mem::take(&mut this.exchange)))
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        if self.running.is_some() {
            let _inside = self.exchange.enter();
            self.running = None;
        }
    }
}

/// Turns a panic of a handler into its response, inside a request that goes on.
pub(super) fn unwinding(mut running: Running, errors: ErrorFormat) -> Running {
    Box::pin(poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(polled) => polled,
            Err(payload) => Poll::Ready(panicked(&*payload).into_response(errors)),
        }
    }))
}

fn without_body(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    // These never have a body, so the response to a GET would have no length either (RFC 9110, section 8.6).
    let is_bodiless = head.status.is_informational()
        || head.status == StatusCode::NO_CONTENT
        || head.status == StatusCode::NOT_MODIFIED;
    if !is_bodiless && let Some(length) = body.size_hint().exact() {
        head.headers
            .entry(header::CONTENT_LENGTH)
            .or_insert_with(|| length.into());
    }
    Response::from_parts(head, ResponseBody::empty())
}

/// The error that the client receives after a panic.
pub(super) fn panicked(payload: &(dyn Any + Send)) -> HttpError {
    let text = report::panicked("a handler, extractor or layer", payload);
    #[cfg(debug_assertions)]
    if let Some(panic) = crate::error::PlacedPanic::new(&text, payload) {
        return HttpError::internal(panic);
    }
    HttpError::internal(text)
}

impl fmt::Debug for ServiceFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceFuture").finish_non_exhaustive()
    }
}
