//! `Dispatch`: what is inside the layers of an application: its routes and mounts.

use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use avocet_context::Context;
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};

use super::handling::{Running, panicked};
use super::shared::Shared;
use super::time_limit;
use crate::extract::ReceivedBody;
use crate::layer::{Endpoint, Matched, Mount};
use crate::lifecycle::{InnerApplication, Steps};
use crate::path::Lookup;
use crate::report::{self, RejectionReason};
use crate::response::{ErrorFormat, HttpError, Response, ResponseBody};
use crate::serve::ConnectionInfo;

/// The routes inside the layers of the application.
#[derive(Debug)]
pub(super) struct Dispatch {
    pub(super) shared: Arc<Shared>,
    /// What the layers of each route make of its handler; empty if no route has layers.
    pub(super) routes: Vec<Option<Endpoint>>,
    pub(super) mounts: Vec<Mount>,
    /// Whether a request can have a time limit.
    pub(super) has_time_limits: bool,
    /// What starts before the first request, until it has started.
    pub(super) steps: Mutex<Steps>,
    /// The applications inside this one, which start with it.
    pub(super) inside: Vec<InnerApplication>,
}

/// Creates a request for a layer, which carries what is known about it in its extensions.
#[inline]
pub(super) fn entering(
    lookup: Lookup,
    mut parts: Parts,
    body: ReceivedBody,
    connection_info: Option<ConnectionInfo>,
    shared: &Arc<Shared>,
) -> Request<ReceivedBody> {
    Matched::insert(lookup, &mut parts, &shared.operations);
    if let Some(connection_info) = connection_info {
        parts.extensions.insert(connection_info);
    }
    Request::from_parts(parts, body)
}

/// Takes what [`entering`] has put into the extensions.
#[inline]
fn leaving(
    request: Request<ReceivedBody>,
    shared: &Shared,
) -> (Lookup, Parts, ReceivedBody, Option<ConnectionInfo>) {
    let (mut parts, body) = request.into_parts();
    let lookup = Matched::take(&mut parts, |method, path| shared.lookup(method, path));
    let connection_info = parts.extensions.remove::<ConnectionInfo>();
    (lookup, parts, body, connection_info)
}

/// Calls a function that may panic before it returns its future.
pub(super) fn guarded(errors: ErrorFormat, start: impl FnOnce() -> Running) -> Running {
    match catch_unwind(AssertUnwindSafe(start)) {
        Ok(running) => running,
        Err(payload) => at_once(panicked(&*payload).into_response(errors)),
    }
}

/// Creates the endpoint inside the layers of a route: its handler, or the response to `OPTIONS` on its path.
pub(super) fn route_endpoint(shared: Arc<Shared>, route: usize) -> Endpoint {
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
    pub(super) fn layered(&self, request: Request<ReceivedBody>) -> Running {
        let (lookup, parts, body, connection_info) = leaving(request, &self.shared);
        self.run(lookup, parts, body, connection_info)
    }

    /// Continues inside the layers of an application that has time limits. The response to a request whose time is over comes from here, so
    /// that layers add their headers to it, such as those of CORS. A layer that waits itself is ended outside.
    pub(super) fn layered_in_time(&self, request: Request<ReceivedBody>) -> Running {
        let (lookup, parts, body, connection_info) = leaving(request, &self.shared);
        let shared = &self.shared;
        let served = match lookup {
            Lookup::Found { route, .. } => Some(shared.served(route)),
            Lookup::WrongMethod { .. } | Lookup::Missing | Lookup::Malformed => None,
        };
        let limit = served.and_then(|served| {
            let header = shared.time_limit_header.as_ref();
            // An invalid header does not come here.
            let limit = time_limit::of_request(served.time_limit, header, &parts.headers);
            let deadline = Context::with_current(|context| context.deadline()).flatten();
            Some((deadline?, limit.ok()??, served.error_format()))
        });
        let running = self.run(lookup, parts, body, connection_info);
        match limit {
            Some((deadline, limit, errors)) => {
                time_limit::limited(running, deadline, limit, errors)
            }
            None => running,
        }
    }

    /// Returns the endpoint with the layers of a route, if it has any.
    fn layers_of(&self, route: usize) -> Option<&Endpoint> {
        self.routes.get(route)?.as_ref()
    }

    /// Returns the mount with the longest prefix of a path.
    pub(super) fn mount_of(&self, path: &str) -> Option<usize> {
        let mut mounts = self.mounts.iter();
        mounts.position(|mount| mount.path_inside(path).is_some())
    }

    /// Starts the handler of the matched route, or responds at once.
    pub(super) fn run(
        &self,
        lookup: Lookup,
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<ConnectionInfo>,
    ) -> Running {
        let shared = &self.shared;
        let path = parts.uri.path();
        let error = |error: HttpError, reason, errors| {
            report::rejected(reason);
            at_once(error.into_response(errors))
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
                    shared.errors_of(nearest),
                )
            }
            Lookup::Missing => {
                if let Some(mount) = self.mount_of(path) {
                    let mount = &self.mounts[mount];
                    if let Some(location) = mount
                        .redirect(path)
                        .and_then(|other| location(other, &parts.uri))
                    {
                        return at_once(redirect(location));
                    }
                    let mut request = Request::from_parts(parts, body);
                    mount.strip(&mut request);
                    if let Some(connection_info) = connection_info {
                        request.extensions_mut().insert(connection_info);
                    }
                    return guarded(shared.errors, || mount.endpoint.run(request));
                }
                let other = shared.tree.other_slash(path);
                match other.and_then(|other| location(other, &parts.uri)) {
                    Some(location) => at_once(redirect(location)),
                    None => error(
                        not_found(),
                        RejectionReason::NotFound,
                        shared.errors_below(path),
                    ),
                }
            }
            Lookup::Malformed => error(
                HttpError::new(StatusCode::BAD_REQUEST, "The path is not UTF-8"),
                RejectionReason::Malformed,
                shared.errors,
            ),
        }
    }
}

/// Returns the target of a redirect to another path with the same query.
fn location(other: String, uri: &Uri) -> Option<HeaderValue> {
    let location = match uri.query() {
        Some(query) => format!("{other}?{query}"),
        None => other,
    };
    HeaderValue::try_from(location).ok()
}

fn redirect(location: HeaderValue) -> Response {
    let status = StatusCode::TEMPORARY_REDIRECT;
    empty(status, header::LOCATION, location)
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
pub(super) fn at_once(response: Response) -> Running {
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
