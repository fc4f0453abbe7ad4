//! Middleware: a function around a request.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::endpoint::Endpoint;
use super::matched::Matched;
use crate::extract::ReceivedBody;
use crate::operation::Operation;
use crate::path::Lookup;
use crate::response::{ErrorFormat, HttpError, Response};

/// The request of a middleware: an `http::Request` with its operation.
///
/// ```
/// use avocet::layer::{Next, Request};
/// use avocet::prelude::*;
/// use avocet::response::Response;
/// use avocet::testing::TestClient;
///
/// #[get("/items/{id}")]
/// async fn item(#[path] id: u32) -> u32 { id }
///
/// /// Adds the id of the operation to each response.
/// async fn name_operation(request: Request, next: Next) -> Response {
///     let id = request.operation().map(|operation| operation.id.clone());
///     let mut response = next.run(request).await;
///     let id = id.unwrap_or_else(|| "none".to_owned());
///     response.headers_mut().extend(id.parse().map(|id| (http::HeaderName::from_static("x-operation"), id)));
///     response
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").routes(routes![item]).middleware(name_operation);
/// let client = TestClient::new(app.build()?);
/// assert_eq!(client.get("/items/7").send().await.header("x-operation"), "item");
/// assert_eq!(client.get("/missing").send().await.header("x-operation"), "none");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Request {
    /// Boxed, because a request is a quarter of a kilobyte and each layer moves it.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    request: http::Request<ReceivedBody>,
    matched: Option<Matched>,
}

impl Request {
    /// Creates the request of the outermost layer, with the result of its lookup.
    pub(crate) fn new(
        request: http::Request<ReceivedBody>,
        lookup: Lookup,
        operations: &Arc<[Operation]>,
    ) -> Self {
        let matched = Some(Matched::new(lookup, operations));
        Self {
            inner: Box::new(Inner { request, matched }),
        }
    }

    /// Takes the request out of the layers, with the result of its lookup unless a layer has changed the method or the path.
    pub(crate) fn leave(self) -> (http::Request<ReceivedBody>, Option<Lookup>) {
        let Inner { request, matched } = *self.inner;
        let lookup = matched.and_then(|matched| matched.lookup_of(&request));
        (request, lookup)
    }

    /// Returns the operation that the request matches. A 404, a 405, a preflight and a request to a mounted service have none.
    ///
    /// ```
    /// use avocet::layer::Request;
    ///
    /// fn route(request: &Request) -> &str {
    ///     request.operation().map_or("unmatched", |operation| &operation.path)
    /// }
    /// ```
    pub fn operation(&self) -> Option<&Operation> {
        self.inner.matched.as_ref()?.operation()
    }

    /// Returns the plain request.
    ///
    /// ```
    /// # use avocet::layer::Request;
    /// fn head(request: Request) -> http::request::Parts {
    ///     request.into_inner().into_parts().0
    /// }
    /// ```
    pub fn into_inner(self) -> http::Request<ReceivedBody> {
        let Inner {
            mut request,
            matched,
        } = *self.inner;
        if let Some(mut matched) = matched {
            matched.before_changes(&request);
            request.extensions_mut().insert(matched);
        }
        request
    }
}

impl Deref for Request {
    type Target = http::Request<ReceivedBody>;

    fn deref(&self) -> &Self::Target {
        &self.inner.request
    }
}

impl DerefMut for Request {
    fn deref_mut(&mut self) -> &mut Self::Target {
        let inner = &mut *self.inner;
        if let Some(matched) = &mut inner.matched {
            matched.before_changes(&inner.request);
        }
        &mut inner.request
    }
}

impl From<http::Request<ReceivedBody>> for Request {
    fn from(mut request: http::Request<ReceivedBody>) -> Self {
        let matched = request.extensions_mut().remove();
        Self {
            inner: Box::new(Inner { request, matched }),
        }
    }
}

/// The rest of the chain: the inner layers and the handler.
///
/// ```
/// use avocet::layer::{Next, Request};
/// use avocet::response::Response;
///
/// async fn identity(request: Request, next: Next) -> Response {
///     next.run(request).await
/// }
/// ```
#[derive(Clone)]
pub struct Next(Endpoint);

impl Next {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self(endpoint)
    }

    /// Continues with the request. A middleware that does not call this responds itself.
    ///
    /// ```
    /// use avocet::layer::{Next, Request};
    /// use avocet::response::{HttpError, Response};
    /// use http::StatusCode;
    ///
    /// async fn read_only(request: Request, next: Next) -> Result<Response, HttpError> {
    ///     if !request.method().is_safe() {
    ///         return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Read only for now"));
    ///     }
    ///     Ok(next.run(request).await)
    /// }
    /// ```
    pub async fn run(self, request: impl Into<Request>) -> Response {
        self.0.run(request.into()).await
    }
}

impl From<Next> for Endpoint {
    /// Returns the rest of the chain as a tower service, for a middleware that is made of tower layers.
    fn from(next: Next) -> Self {
        next.0
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").finish_non_exhaustive()
    }
}

/// What a middleware returns: a [`Response`], or a result whose error is an [`HttpError`] in the application's error format.
#[diagnostic::on_unimplemented(
    message = "a middleware cannot return `{Self}`",
    label = "not the outcome of a middleware",
    note = "return `avocet::response::Response`, or `Result<Response, HttpError>`"
)]
pub trait Outcome {
    /// Converts it to a response.
    fn into_response(self, errors: ErrorFormat) -> Response;
}

impl Outcome for Response {
    fn into_response(self, _: ErrorFormat) -> Response {
        self
    }
}

impl<E: Into<HttpError>> Outcome for Result<Response, E> {
    fn into_response(self, errors: ErrorFormat) -> Response {
        self.unwrap_or_else(|error| error.into().into_response(errors))
    }
}
