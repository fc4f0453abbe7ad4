//! `Service`: the built application, which takes requests.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use avocet_context::Deadline;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body::Body;

use super::handling::{Handling, Running, ServiceFuture, panicked};
use super::time_limit;
use crate::extract::{ApplicationContext, ReceivedBody, RequestContext, RouteContext};
use crate::layer::{Endpoint, Layers, Matched, Mount, WeakEndpoint};
use crate::lifecycle::Steps;
use crate::model::OrderedJson;
use crate::observe::{self, AccessLog, Exchange, Metrics, Observe, RejectionReason};
use crate::operation::{Handler, Operation};
use crate::path::{Captures, Lookup, Tree};
use crate::response::{BodyError, ErrorFormat, HttpError, Response, ResponseBody};
use crate::serve::connection::{client_of, shutdown_signal_of};
use crate::serve::{ConnectionInfo, Limits};
use crate::tasks::background_of;

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
    dispatch: Arc<Dispatch>,
    /// What the layers of the application make of `dispatch`.
    layered: Option<Endpoint>,
}

/// A service that its own routes can hold without keeping it alive.
#[derive(Clone, Debug)]
pub(crate) struct WeakService {
    dispatch: Weak<Dispatch>,
    layered: Option<WeakEndpoint>,
}

impl WeakService {
    pub(crate) fn upgrade(&self) -> Option<Service> {
        let layered = match &self.layered {
            Some(layered) => Some(layered.upgrade()?),
            None => None,
        };
        Some(Service {
            dispatch: self.dispatch.upgrade()?,
            layered,
        })
    }
}

/// The routes inside the layers of the application.
#[derive(Debug)]
struct Dispatch {
    shared: Arc<Shared>,
    /// What the layers of each route make of its handler; empty if no route has layers.
    routes: Vec<Option<Endpoint>>,
    mounts: Vec<Mount>,
    /// Whether a request can have a time limit.
    has_time_limits: bool,
    /// What starts before the first request, until it has started.
    steps: Mutex<Steps>,
}

/// The data that all requests share.
pub(crate) struct Shared {
    pub(super) tree: Tree,
    pub(super) served: Vec<Served>,
    pub(super) operations: Vec<Operation>,
    pub(crate) application: Arc<ApplicationContext>,
    pub(super) errors: ErrorFormat,
    pub(super) observe: Arc<Observe>,
    pub(super) pre_stop_delay: Duration,
    pub(super) time_limit_header: Option<HeaderName>,
    pub(crate) limits: Limits,
}

/// A route with its handler and what serving it needs.
pub(super) struct Served {
    pub(super) handler: Handler,
    pub(super) context: Arc<RouteContext>,
    pub(super) time_limit: Option<Duration>,
    pub(super) detached: bool,
}

impl Served {
    fn request(
        &self,
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<ConnectionInfo>,
        captures: Captures,
    ) -> RequestContext {
        let route = Arc::clone(&self.context);
        RequestContext::new(parts, body, connection_info, route, captures)
    }
}

impl Shared {
    fn served(&self, route: usize) -> &Served {
        &self.served[route]
    }

    /// Returns the format of the errors of a route, or of the application.
    fn errors_of(&self, route: Option<usize>) -> ErrorFormat {
        route.map_or(self.errors, |route| {
            self.served(route).context.response_context.error_format()
        })
    }

    pub(crate) fn operation(&self, route: usize) -> &Operation {
        &self.operations[route]
    }

    pub(crate) fn lookup(&self, method: &Method, path: &str) -> Lookup {
        self.tree.find(method, path)
    }
}

impl Service {
    /// Creates the service of an application, with the layers around it and around each route.
    pub(super) fn new(
        shared: Shared,
        layers: &Layers,
        of_routes: &[Layers],
        mounts: Vec<Mount>,
        steps: Steps,
    ) -> Self {
        let errors = shared.errors;
        let mut limits = shared.served.iter().map(|served| served.time_limit);
        let has_time_limits =
            shared.time_limit_header.is_some() || limits.any(|limit| limit.is_some());
        let shared = Arc::new(shared);
        let routes = if of_routes.iter().all(Layers::is_empty) {
            Vec::new()
        } else {
            let around = |(route, layers): (usize, &Layers)| {
                let errors = shared.errors_of(Some(route));
                layers.around(|| route_endpoint(Arc::clone(&shared), route), errors)
            };
            of_routes.iter().enumerate().map(around).collect()
        };
        let dispatch = Arc::new(Dispatch {
            shared,
            routes,
            mounts,
            has_time_limits,
            steps: Mutex::new(steps),
        });
        let inner = Arc::clone(&dispatch);
        let layered = layers.around(
            move || Endpoint::new(move |request| inner.layered(request)),
            errors,
        );
        Self { dispatch, layered }
    }

    /// Returns all operations, in the order of their routes.
    ///
    /// ```
    /// let service = avocet::App::new("Nothing", "1.0.0").without_docs().build().unwrap();
    /// assert!(service.operations().is_empty());
    /// ```
    pub fn operations(&self) -> &[Operation] {
        &self.shared().operations
    }

    pub(crate) fn downgrade(&self) -> WeakService {
        WeakService {
            dispatch: Arc::downgrade(&self.dispatch),
            layered: self.layered.as_ref().map(Endpoint::downgrade),
        }
    }

    /// Runs a request inside the layers of the application, as a part of the current request.
    pub(crate) fn call_inside<B>(&self, request: Request<B>) -> Running
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        let (parts, body) = request.into_parts();
        let lookup = self.shared().lookup(&parts.method, parts.uri.path());
        self.dispatch
            .run(lookup, parts, ReceivedBody::new(body), None)
    }

    pub(super) fn steps(&self) -> &Mutex<Steps> {
        &self.dispatch.steps
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.dispatch.shared
    }

    /// Returns the `OpenAPI` document. `serde_json::to_string_pretty` writes it for people.
    ///
    /// ```
    /// let service = avocet::App::new("Nothing", "1.0.0").build().unwrap();
    /// assert_eq!(service.openapi()["info"]["title"], "Nothing");
    /// ```
    pub fn openapi(&self) -> &OrderedJson {
        &self.shared().application.document
    }

    /// Returns title and version.
    pub(crate) fn name(&self) -> String {
        let info = &self.shared().application.document["info"];
        format!(
            "{} {}",
            self.shared().application.title,
            info["version"].as_str().unwrap_or_default()
        )
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared().limits
    }

    pub(crate) fn metrics(&self) -> Option<&Metrics> {
        self.shared().observe.metrics()
    }

    pub(crate) fn access_log(&self) -> AccessLog {
        self.shared().observe.access_log().clone()
    }

    pub(crate) fn error_format(&self) -> ErrorFormat {
        self.shared().errors
    }

    pub(crate) fn pre_stop_delay(&self) -> Duration {
        self.shared().pre_stop_delay
    }

    /// Begins to handle a request, which may come from a connection of Avocet's own server.
    pub(crate) fn begin(
        &self,
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<ConnectionInfo>,
    ) -> ServiceFuture {
        let shared = self.shared();
        let bodiless = parts.method == Method::HEAD;
        let lookup = shared.lookup(&parts.method, parts.uri.path());
        let route = match lookup {
            Lookup::Found { route, .. } => Some(route),
            Lookup::WrongMethod { .. } | Lookup::Missing | Lookup::Malformed => None,
        };
        let errors = shared.errors_of(route);
        let background = route
            .filter(|route| shared.served(*route).detached)
            .map(|_| background_of(shutdown_signal_of(&parts, connection_info.as_ref())));
        let nearest = || shared.tree.of_any_method(parts.uri.path());
        let client = || client_of(&parts, connection_info.as_ref());
        let mut exchange = Exchange::begin(&shared.observe, &parts, client, route, nearest);
        let limited = route.filter(|_| self.dispatch.has_time_limits);
        let limit = limited.map(|route| {
            let own = shared.served(route).time_limit;
            time_limit::of_request(own, shared.time_limit_header.as_ref(), &parts.headers)
        });
        let limit = match limit.transpose() {
            Ok(limit) => limit.flatten(),
            Err(error) => {
                let running = rejected_at_once(&mut exchange, error, shared.errors);
                let handling = Handling::new(running, exchange, shared.errors);
                return ServiceFuture::new(handling, background.as_ref(), bodiless);
            }
        };
        let deadline = limit.map(|limit| (Deadline::after(limit), limit));
        if let Some((deadline, _)) = deadline {
            exchange.set_deadline(deadline);
        }
        let inside = exchange.enter();
        let running = match &self.layered {
            None => self.dispatch.run(lookup, parts, body, connection_info),
            Some(layered) => {
                let request = entering(lookup, parts, body, connection_info, shared);
                guarded(errors, || layered.run(request))
            }
        };
        drop(inside);
        let running = match deadline {
            None => running,
            Some((deadline, limit)) => time_limit::limited(running, deadline, limit, errors),
        };
        let handling = Handling::new(running, exchange, errors);
        ServiceFuture::new(handling, background.as_ref(), bodiless)
    }
}

/// Returns the response to a request that is rejected before it reaches its route.
fn rejected_at_once(exchange: &mut Exchange, error: HttpError, errors: ErrorFormat) -> Running {
    let _inside = exchange.enter();
    if let Some(reason) = error.rejection() {
        observe::rejected(reason);
    }
    at_once(error.into_response(errors))
}

/// Creates a request for a layer, which carries what is known about it in its extensions.
fn entering(
    lookup: Lookup,
    mut parts: Parts,
    body: ReceivedBody,
    connection_info: Option<ConnectionInfo>,
    shared: &Arc<Shared>,
) -> Request<ReceivedBody> {
    Matched::insert(lookup, &mut parts, shared);
    if let Some(connection_info) = connection_info {
        parts.extensions.insert(connection_info);
    }
    Request::from_parts(parts, body)
}

/// Takes what [`entering`] has put into the extensions.
fn leaving(
    request: Request<ReceivedBody>,
    shared: &Shared,
) -> (Lookup, Parts, ReceivedBody, Option<ConnectionInfo>) {
    let (mut parts, body) = request.into_parts();
    let lookup = Matched::take(&mut parts, shared);
    let connection_info = parts.extensions.remove::<ConnectionInfo>();
    (lookup, parts, body, connection_info)
}

/// Calls a function that may panic before it returns its future.
fn guarded(errors: ErrorFormat, start: impl FnOnce() -> Running) -> Running {
    match catch_unwind(AssertUnwindSafe(start)) {
        Ok(running) => running,
        Err(payload) => at_once(panicked(&*payload).into_response(errors)),
    }
}

/// Creates the endpoint inside the layers of a route: its handler, or the response to `OPTIONS` on its path.
fn route_endpoint(shared: Arc<Shared>, route: usize) -> Endpoint {
    Endpoint::new(move |request| {
        let (lookup, parts, body, connection_info) = leaving(request, &shared);
        match lookup {
            Lookup::Found {
                route: found,
                captures,
            } if found == route => {
                let served = shared.served(route);
                (served.handler)(served.request(parts, body, connection_info, captures))
            }
            Lookup::WrongMethod { allow } if parts.method == Method::OPTIONS => {
                at_once(options(allow))
            }
            // A layer inside the routing cannot lead to another route.
            _ => at_once(not_found().into_response(shared.errors_of(Some(route)))),
        }
    })
}

impl Dispatch {
    /// Continues inside the layers of the application.
    fn layered(&self, request: Request<ReceivedBody>) -> Running {
        let (lookup, parts, body, connection_info) = leaving(request, &self.shared);
        self.run(lookup, parts, body, connection_info)
    }

    /// Returns the endpoint with the layers of a route, if it has any.
    fn layers_of(&self, route: usize) -> Option<&Endpoint> {
        self.routes.get(route)?.as_ref()
    }

    /// Starts the handler of the matched route, or responds at once.
    fn run(
        &self,
        lookup: Lookup,
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<ConnectionInfo>,
    ) -> Running {
        let shared = &self.shared;
        let path = parts.uri.path();
        let error = |error: HttpError, reason, route| {
            observe::rejected(reason);
            at_once(error.into_response(shared.errors_of(route)))
        };
        match lookup {
            Lookup::Found { route, captures } => {
                let served = shared.served(route);
                let errors = served.context.response_context.error_format();
                if !body.is_empty()
                    && let Some(connection_info) = &connection_info
                {
                    connection_info.limit_body(served.context.body_limit);
                }
                if let Some(layered) = self.layers_of(route) {
                    let lookup = Lookup::Found { route, captures };
                    let request = entering(lookup, parts, body, connection_info, shared);
                    return guarded(errors, || layered.run(request));
                }
                let context = served.request(parts, body, connection_info, captures);
                guarded(errors, || (served.handler)(context))
            }
            Lookup::WrongMethod { allow } => {
                let is_options = parts.method == Method::OPTIONS;
                let nearest = shared.tree.of_any_method(path);
                if is_options && let Some(layered) = nearest.and_then(|route| self.layers_of(route))
                {
                    let lookup = Lookup::WrongMethod { allow };
                    let request = entering(lookup, parts, body, connection_info, shared);
                    return guarded(shared.errors_of(nearest), || layered.run(request));
                }
                if is_options {
                    return at_once(options(allow));
                }
                let status = StatusCode::METHOD_NOT_ALLOWED;
                error(
                    HttpError::new(status, "Method Not Allowed")
                        .header(header::ALLOW, allowed(allow)),
                    RejectionReason::Method,
                    nearest,
                )
            }
            Lookup::Missing => {
                let mount = self
                    .mounts
                    .iter()
                    .find(|mount| mount.path_inside(path).is_some());
                if let Some(mount) = mount {
                    let mut request = Request::from_parts(parts, body);
                    mount.strip(&mut request);
                    if let Some(connection_info) = connection_info {
                        request.extensions_mut().insert(connection_info);
                    }
                    return guarded(shared.errors, || mount.endpoint.run(request));
                }
                match redirect(&shared.tree, &parts.uri) {
                    Some(location) => {
                        let status = StatusCode::TEMPORARY_REDIRECT;
                        at_once(empty(status, header::LOCATION, location))
                    }
                    None => error(not_found(), RejectionReason::NotFound, None),
                }
            }
            Lookup::Malformed => error(
                HttpError::new(StatusCode::BAD_REQUEST, "The path is not UTF-8"),
                RejectionReason::Malformed,
                None,
            ),
        }
    }
}

/// Returns the target of a redirect to the same path with or without its trailing slash.
fn redirect(tree: &Tree, uri: &Uri) -> Option<HeaderValue> {
    let other = tree.other_slash(uri.path())?;
    let location = match uri.query() {
        Some(query) => format!("{other}?{query}"),
        None => other,
    };
    HeaderValue::try_from(location).ok()
}

/// Returns the response to `OPTIONS` on a path.
fn options(allow: Vec<Method>) -> Response {
    empty(StatusCode::NO_CONTENT, header::ALLOW, allowed(allow))
}

/// Returns the methods of a path as a header value, with `OPTIONS`.
fn allowed(mut allow: Vec<Method>) -> HeaderValue {
    // A route with this path may handle OPTIONS itself.
    if !allow.contains(&Method::OPTIONS) {
        allow.push(Method::OPTIONS);
    }
    let names: Vec<_> = allow.iter().map(Method::as_str).collect();
    HeaderValue::try_from(names.join(", ")).unwrap_or(HeaderValue::from_static(""))
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
        let (mut parts, body) = request.into_parts();
        // Behind a layer, or mounted in another service on Avocet's server.
        let connection_info = parts.extensions.remove::<ConnectionInfo>();
        self.begin(parts, ReceivedBody::new(body), connection_info)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("routes", &self.served.len())
            .field("states", &self.application.states)
            .finish_non_exhaustive()
    }
}
