//! `Service`: the built application, which takes requests.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body::Body;

use super::handling::{Handling, Running, ServiceFuture, panicked};
use super::states::States;
use crate::extract::{FormBounds, ReceivedBody, RequestContext, TextSource};
use crate::model::OrderedJson;
use crate::observe::{self, AccessLog, Exchange, Metrics, Observe, RejectionReason};
use crate::operation::Handler;
use crate::path::{Lookup, Tree};
use crate::response::{BodyError, ErrorFormat, HttpError, Response, ResponseBody, ResponseContext};
use crate::serve::{
    ClientBody, ConnectionInfo, HttpApp, Limits, ServerRejection, client_of, draining_of,
};
use crate::tasks::{Background, Producers};
#[cfg(feature = "websocket")]
use crate::websocket::WebSocketConfig;

/// A built application. It is a `tower::Service` for requests with any body, cheap to clone, and never fails: every
/// request gets a response.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("/")]
/// async fn hello() -> &'static str { "Hello" }
///
/// # #[avocet::main]
/// # async fn main() {
/// let service = App::new("Hello", "1.0.0").routes(routes![hello]).build().unwrap();
/// assert_eq!(TestClient::new(service).get("/").send().await.text().await, "\"Hello\"");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Service {
    shared: Arc<Shared>,
}

/// The data that all requests share.
pub(crate) struct Shared {
    pub(super) tree: Tree,
    pub(super) served: Vec<Served>,
    pub(crate) states: States,
    pub(super) errors: ErrorFormat,
    pub(super) observe: Arc<Observe>,
    pub(super) pre_stop_delay: Duration,
    pub(crate) limits: Limits,
    /// The directory for the files of forms; if not set, the system's directory for temporary files.
    pub(crate) upload_dir: Option<Arc<Path>>,
    pub(crate) producers: Producers,
    pub(crate) title: String,
    pub(crate) document: OrderedJson,
}

/// A route with its handler and what serving it needs.
pub(crate) struct Served {
    pub(super) handler: Handler,
    pub(crate) response_context: ResponseContext,
    pub(crate) body_limit: usize,
    pub(crate) form_bounds: FormBounds,
    /// The names of the parameters that arguments read, with their sources.
    pub(crate) names: Vec<(TextSource, String)>,
    #[cfg(feature = "websocket")]
    pub(crate) websocket: Option<WebSocketConfig>,
    /// Whether validation errors include the input.
    pub(crate) shows_input: bool,
    pub(super) detached: bool,
}

impl Shared {
    pub(crate) fn served(&self, route: usize) -> &Served {
        &self.served[route]
    }

    /// Returns the names of the variables in a route's template, in their order.
    pub(crate) fn variables(&self, route: usize) -> &[String] {
        self.tree.routes()[route].template.names()
    }
}

impl Service {
    pub(super) fn new(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Returns the `OpenAPI` document. `serde_json::to_string_pretty` writes it for people.
    ///
    /// ```
    /// let service = avocet::App::new("Nothing", "1.0.0").build().unwrap();
    /// assert_eq!(service.openapi()["info"]["title"], "Nothing");
    /// ```
    pub fn openapi(&self) -> &OrderedJson {
        &self.shared.document
    }

    /// Returns title and version.
    pub(crate) fn name(&self) -> String {
        let info = &self.shared.document["info"];
        format!(
            "{} {}",
            self.shared.title,
            info["version"].as_str().unwrap_or_default()
        )
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub(crate) fn metrics(&self) -> Option<&Metrics> {
        self.shared.observe.metrics()
    }

    pub(crate) fn access_log(&self) -> AccessLog {
        self.shared.observe.access_log().clone()
    }

    pub(crate) fn pre_stop_delay(&self) -> Duration {
        self.shared.pre_stop_delay
    }

    /// Begins to handle a request, which may come from a connection of Avocet's own server.
    fn begin(
        &self,
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<Arc<ConnectionInfo>>,
    ) -> ServiceFuture {
        let bodiless = parts.method == Method::HEAD;
        let lookup = self.shared.tree.find(&parts.method, parts.uri.path());
        let route = match lookup {
            Lookup::Found { route, .. } => Some(route),
            Lookup::WrongMethod { .. } | Lookup::Missing | Lookup::Malformed => None,
        };
        let background = route
            .filter(|route| self.shared.served(*route).detached)
            .map(|_| Background::of(draining_of(&parts, connection_info.as_deref())));
        let nearest = || self.shared.tree.of_any_method(parts.uri.path());
        let client = || client_of(&parts, connection_info.as_deref());
        let mut exchange = Exchange::begin(&self.shared.observe, &parts, client, route, nearest);
        let inside = exchange.enter();
        let running = self.dispatch(lookup, parts, body, connection_info);
        drop(inside);
        let handling = Handling::new(running, exchange, self.shared.errors);
        ServiceFuture::new(handling, background.as_ref(), bodiless)
    }

    /// Starts the handler of the matched route, or responds at once.
    fn dispatch(
        &self,
        lookup: Lookup,
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<Arc<ConnectionInfo>>,
    ) -> Running {
        let path = parts.uri.path();
        let response = |error: HttpError| at_once(error.into_response(self.shared.errors));
        let error = |error: HttpError, reason| {
            observe::rejected(reason);
            response(error)
        };
        match lookup {
            Lookup::Found { route, captures } => {
                let served = &self.shared.served[route];
                let shared = Arc::clone(&self.shared);
                if !body.is_empty()
                    && let Some(connection_info) = &connection_info
                {
                    connection_info.limit_body(served.body_limit);
                }
                let context =
                    RequestContext::new(parts, body, connection_info, route, captures, shared);
                // A handler may panic before it returns its future.
                match catch_unwind(AssertUnwindSafe(|| (served.handler)(context))) {
                    Ok(running) => running,
                    Err(payload) => response(panicked(&*payload)),
                }
            }
            Lookup::WrongMethod { mut allow } => {
                // A route with this path may handle OPTIONS itself.
                if !allow.contains(&Method::OPTIONS) {
                    allow.push(Method::OPTIONS);
                }
                let allow = allow
                    .iter()
                    .map(Method::as_str)
                    .collect::<Vec<_>>()
                    .join(", ");
                let allow = HeaderValue::try_from(allow).unwrap_or(HeaderValue::from_static(""));
                if parts.method == Method::OPTIONS {
                    return at_once(empty(StatusCode::NO_CONTENT, header::ALLOW, allow));
                }
                let status = StatusCode::METHOD_NOT_ALLOWED;
                error(
                    HttpError::new(status, "Method Not Allowed").header(header::ALLOW, allow),
                    RejectionReason::Method,
                )
            }
            Lookup::Missing => match self.shared.tree.other_slash(path) {
                Some(other) => {
                    let query = parts
                        .uri
                        .query()
                        .map(|query| format!("?{query}"))
                        .unwrap_or_default();
                    match HeaderValue::try_from(format!("{other}{query}")) {
                        Ok(location) => {
                            let status = StatusCode::TEMPORARY_REDIRECT;
                            at_once(empty(status, header::LOCATION, location))
                        }
                        Err(_) => error(not_found(), RejectionReason::NotFound),
                    }
                }
                None => error(not_found(), RejectionReason::NotFound),
            },
            Lookup::Malformed => error(
                HttpError::new(StatusCode::BAD_REQUEST, "The path is not UTF-8"),
                RejectionReason::Malformed,
            ),
        }
    }
}

/// Wraps a response that is ready.
fn at_once(response: Response) -> Running {
    Box::pin(ready(response))
}

fn not_found() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "Not Found")
}

fn empty(status: StatusCode, name: header::HeaderName, value: HeaderValue) -> Response {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(name, value);
    response
}

impl<B> tower_service::Service<Request<B>> for Service
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ServiceFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ServiceFuture {
        let (parts, body) = request.into_parts();
        self.begin(parts, ReceivedBody::new(body), None)
    }
}

impl HttpApp for Service {
    type Body = ResponseBody;
    type ResponseFuture = ServiceFuture;

    fn handle(
        &self,
        request: Request<ClientBody>,
        connection_info: &Arc<ConnectionInfo>,
    ) -> ServiceFuture {
        let (parts, body) = request.into_parts();
        self.begin(
            parts,
            ReceivedBody::new(body),
            Some(Arc::clone(connection_info)),
        )
    }

    fn reject(&self, rejection: &ServerRejection) -> Option<Response> {
        let error = HttpError::new(rejection.status, rejection.detail.clone());
        Some(error.into_response(self.shared.errors))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("routes", &self.served.len())
            .field("states", &self.states)
            .finish_non_exhaustive()
    }
}
