//! Responses that an application sets for the statuses of errors, and pages for browsers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::{Method, StatusCode};

use super::{ErrorFormat, HttpError, Responder, Response, ResponseContext};
use crate::operation::{DocumentedResponse, Operation};
use crate::report;

#[cfg(debug_assertions)]
mod development;
mod page;
mod replace;

pub use page::ErrorPage;
pub(crate) use replace::RequestFacts;

type Respond = dyn Fn(&ErrorPage<'_>, &ResponseContext) -> Option<Response> + Send + Sync;

/// The responses to errors, by their status.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErrorPages {
    html: bool,
    own: Vec<OwnPage>,
    #[cfg(debug_assertions)]
    development: bool,
}

#[derive(Clone)]
struct OwnPage {
    status: StatusCode,
    audience: Audience,
    /// Has what the response describes.
    operation: Arc<Operation>,
    respond: Arc<Respond>,
}

/// Who gets a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Clients that prefer HTML.
    Browsers,
    /// All clients.
    Everyone,
}

impl Audience {
    /// Returns the name of the method that sets such a response.
    fn method(self) -> &'static str {
        match self {
            Self::Browsers => "error_page",
            Self::Everyone => "error_response",
        }
    }
}

impl ErrorPages {
    /// Returns whether nothing is set, so that requests need no notes for it.
    pub(crate) fn is_empty(&self) -> bool {
        !self.html && self.own.is_empty() && !self.is_for_developers()
    }

    pub(crate) fn html(&mut self) {
        self.html = true;
    }

    /// Shows internal errors to browsers. A release build has neither the switch nor the page.
    pub(crate) fn for_developers(self) -> Self {
        #[cfg(debug_assertions)]
        let pages = Self {
            development: true,
            ..self
        };
        #[cfg(not(debug_assertions))]
        let pages = self;
        pages
    }

    pub(crate) fn is_for_developers(&self) -> bool {
        #[cfg(debug_assertions)]
        let is = self.development;
        #[cfg(not(debug_assertions))]
        let is = false;
        is
    }

    pub(crate) fn add<R, F>(&mut self, status: StatusCode, audience: Audience, response: F)
    where
        R: Responder + 'static,
        F: Fn(&ErrorPage<'_>) -> R + Send + Sync + 'static,
    {
        let operation = described::<R>(status);
        let respond = move |page: &ErrorPage<'_>, context: &ResponseContext| {
            at_once(response(page).respond(context))
        };
        self.own.push(OwnPage {
            status,
            audience,
            operation: Arc::new(operation),
            respond: Arc::new(respond),
        });
    }

    fn own(&self, status: StatusCode, audience: Audience) -> Option<&OwnPage> {
        let mut own = self.own.iter();
        own.find(|own| own.status == status && own.audience == audience)
    }

    /// Returns whether clients that prefer HTML get something else than the others.
    pub(crate) fn varies(&self, status: StatusCode) -> bool {
        self.own(status, Audience::Browsers).is_some()
            || self.html && self.own(status, Audience::Everyone).is_none()
            || self.is_for_developers() && status == StatusCode::INTERNAL_SERVER_ERROR
    }

    /// Returns whether errors that are not listed by their status can be a page.
    pub(crate) fn has_html(&self) -> bool {
        self.html
    }

    /// Returns the responses that are set for a status, with the operation that describes them.
    pub(crate) fn documented(
        &self,
        status: StatusCode,
        audience: Audience,
    ) -> Option<(&Operation, &[DocumentedResponse])> {
        let own = self.own(status, audience)?;
        Some((&own.operation, &own.operation.responses))
    }

    /// Returns the statuses of which some clients get a response of the application.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = StatusCode> {
        self.own.iter().map(|own| own.status)
    }

    /// Returns what the responses describe.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.own.iter().map(|own| &*own.operation)
    }

    /// Describes what is wrong with them.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (index, own) in self.own.iter().enumerate() {
            let (status, method) = (own.status.as_u16(), own.audience.method());
            if !own.status.is_client_error() && !own.status.is_server_error() {
                mistakes.push(format!(
                    "`App::{method}` is called for the status {status}, which is no error; call it for 400 to 599"
                ));
            }
            let same =
                |other: &OwnPage| other.status == own.status && other.audience == own.audience;
            if self.own[..index].iter().any(same) {
                mistakes.push(format!(
                    "`App::{method}` is called twice for the status {status}; remove one of them"
                ));
            }
            let mut responses = own.operation.responses.iter();
            if let Some(response) = responses.find(|response| is_success(response.status)) {
                mistakes.push(format!(
                    "`App::{method}` responds to the status {status} with the status {}, which is that of a success; return an error or a `Redirect`",
                    response.status.as_u16()
                ));
            }
            if !own.operation.errors.is_empty() {
                mistakes.push(format!(
                    "`App::{method}` responds to the status {status} with a `Result` that can be an error; return the response itself"
                ));
            }
            mistakes.extend(
                own.operation
                    .mistakes
                    .iter()
                    .map(|mistake| format!("`App::{method}` for the status {status}: {mistake}")),
            );
        }
        mistakes
    }
}

impl OwnPage {
    /// Returns the response. A page that fails is a plain 500, so that it cannot fail for ever.
    fn response(&self, page: &ErrorPage<'_>, format: ErrorFormat) -> Response {
        let context = ResponseContext {
            status: self.operation.status,
            errors: format,
            kept: self.operation.kept.clone(),
            ..ResponseContext::default()
        };
        let respond = AssertUnwindSafe(|| (self.respond)(page, &context));
        let method = self.audience.method();
        let reason = match catch_unwind(respond) {
            Ok(Some(response)) => return response,
            Ok(None) => format!(
                "the response of `App::{method}` for the status {} waits for something; return one that is complete",
                self.status.as_u16()
            ),
            Err(payload) => report::panicked(&format!("`App::{method}`"), &*payload),
        };
        HttpError::internal(reason).into_response(format)
    }
}

/// Describes a response: with its own status if that is an error or a redirect, or else with that of the error.
fn described<R: Responder>(status: StatusCode) -> Operation {
    let mut operation = Operation::new(Method::GET, "/");
    R::describe(&mut operation);
    if operation
        .responses
        .iter()
        .any(|response| is_success(response.status))
    {
        operation = Operation::new(Method::GET, "/").status(status);
        R::describe(&mut operation);
    }
    operation
}

fn is_success(status: StatusCode) -> bool {
    status.as_u16() < 300
}

/// Returns what a future gives if it does not wait.
fn at_once(future: impl Future<Output = Response>) -> Option<Response> {
    let future: Pin<_> = pin!(future);
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => Some(response),
        Poll::Pending => None,
    }
}

impl std::fmt::Debug for OwnPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OwnPage({}, {:?})", self.status, self.audience)
    }
}
