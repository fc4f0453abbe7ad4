//! `Service`: the built application, which takes requests.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use avocet_context::Deadline;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request};
use http_body::Body;

use super::dispatch::{Dispatch, at_once, entering, guarded, route_endpoint};
use super::handling::{Handling, Running, ServiceFuture, unwinding};
use super::shared::{Served, Shared};
use super::time_limit;
use crate::error::called;
use crate::extract::ReceivedBody;
use crate::layer::{Endpoint, Layers, Mount, WeakEndpoint};
use crate::lifecycle::{InnerApplication, Steps};
use crate::model::OrderedJson;
use crate::observe::{AccessLog, Exchange, Metrics};
use crate::operation::Operation;
use crate::path::Lookup;
use crate::report;
use crate::response::{BodyError, ErrorFormat, HttpError, RequestFacts, Response};
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
pub(super) struct WeakService {
    dispatch: Weak<Dispatch>,
    layered: Option<WeakEndpoint>,
}

impl WeakService {
    pub(super) fn upgrade(&self) -> Option<Service> {
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

impl Service {
    /// Creates the service of an application, with the layers around it and around each route.
    pub(super) fn new(
        shared: Shared,
        layers: &Layers,
        of_routes: &[Layers],
        mounts: Vec<Mount>,
        steps: Steps,
        inside: Vec<InnerApplication>,
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
            inside,
        });
        let inner = Arc::clone(&dispatch);
        let layered = layers.around(
            move || {
                if inner.has_time_limits {
                    Endpoint::new(move |request| inner.layered_in_time(request))
                } else {
                    Endpoint::new(move |request| inner.layered(request))
                }
            },
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

    /// Returns the operations of the application and its plugins, without those of the framework.
    pub(crate) fn own_operations(&self) -> &[Operation] {
        &self.operations()[self.shared().first_own..]
    }

    pub(super) fn downgrade(&self) -> WeakService {
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
        let shared = self.shared();
        let lookup = shared.lookup(&parts.method, parts.uri.path());
        let errors = match lookup {
            Lookup::Found { route, .. } => shared.errors_of(Some(route)),
            Lookup::WrongMethod { .. } | Lookup::Missing | Lookup::Malformed => shared.errors,
        };
        let body = ReceivedBody::new(body);
        called(|| unwinding(self.dispatch.run(lookup, parts, body, None), errors))
    }

    pub(super) fn steps(&self) -> &Mutex<Steps> {
        &self.dispatch.steps
    }

    pub(super) fn inside(&self) -> &[InnerApplication] {
        &self.dispatch.inside
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
        &self.shared().application.documents[0]
    }

    /// Returns title and version.
    pub(crate) fn name(&self) -> String {
        let info = &self.openapi()["info"];
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
        let served = route.map(|route| shared.served(route));
        let errors = served.map_or(shared.errors, Served::error_format);
        let background = served
            .filter(|served| served.detached)
            .map(|_| background_of(shutdown_signal_of(&parts, connection_info.as_ref())));
        let observed = match lookup {
            Lookup::Missing => {
                let mount = self.dispatch.mount_of(parts.uri.path());
                mount.map(|mount| shared.observe.mount(mount, &parts.method))
            }
            Lookup::Found { .. } | Lookup::WrongMethod { .. } | Lookup::Malformed => route,
        };
        let nearest = || shared.tree.of_any_method(parts.uri.path());
        let client = || client_of(&parts, connection_info.as_ref());
        let mut exchange = Exchange::begin(&shared.observe, &parts, client, observed, nearest);
        if shared.error_pages.is_some() {
            replace_errors(&mut exchange, &parts, shared, route);
        }
        #[cfg(feature = "inference")]
        if let Some(status) = shared.overload_status {
            exchange.set_overload_status(status);
        }
        let limited = served.filter(|_| self.dispatch.has_time_limits);
        let limit = limited.map(|served| {
            let own = served.time_limit;
            time_limit::of_request(own, shared.time_limit_header.as_ref(), &parts.headers)
        });
        let limit = match limit.transpose() {
            Ok(limit) => limit.flatten(),
            Err(error) => {
                let running = rejected_at_once(&mut exchange, error, errors);
                let handling = Handling::new(running, exchange, errors);
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

/// Sets the pages and responses of the application for the errors of a request.
// Apart, so that applications without them pay a comparison alone.
#[cold]
fn replace_errors(exchange: &mut Exchange, parts: &Parts, shared: &Shared, route: Option<usize>) {
    let operation = route.map(|route| (Arc::clone(&shared.operations), route));
    if let Some(pages) = shared.error_pages.clone() {
        exchange.replace_errors(Box::new(RequestFacts::new(pages, parts, operation)));
    }
}

/// Returns the response to a request that is rejected before it reaches its route.
fn rejected_at_once(exchange: &mut Exchange, error: HttpError, errors: ErrorFormat) -> Running {
    let _inside = exchange.enter();
    if let Some(reason) = error.rejection() {
        report::rejected(reason);
    }
    at_once(error.into_response(errors))
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
