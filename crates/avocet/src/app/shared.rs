//! `Shared`: the data that all requests of an application share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderName, Method};

use super::error_scopes::ErrorScopes;
use crate::extract::{ApplicationContext, ReceivedBody, RequestContext, RouteContext};
use crate::observe::Observe;
use crate::operation::Operation;
use crate::path::{Captures, Lookup, Tree};
use crate::response::{ErrorFormat, ErrorPages};
use crate::route::Handler;
use crate::serve::{ConnectionInfo, Limits};

/// The data that all requests share.
pub(crate) struct Shared {
    pub(super) tree: Tree,
    pub(super) served: Vec<Served>,
    pub(super) operations: Arc<[Operation]>,
    /// The index of the first operation after those of the framework.
    pub(super) first_own: usize,
    pub(crate) application: Arc<ApplicationContext>,
    pub(super) errors: ErrorFormat,
    /// `None` if the application sets no responses for the statuses of errors.
    pub(super) error_pages: Option<Arc<ErrorPages>>,
    pub(super) error_scopes: ErrorScopes,
    pub(super) observe: Arc<Observe>,
    pub(super) pre_stop_delay: Duration,
    pub(super) time_limit_header: Option<HeaderName>,
    /// The status of requests that the queue of a model rejects, if it is not the default.
    #[cfg(feature = "inference")]
    pub(super) overload_status: Option<http::StatusCode>,
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
    pub(super) fn error_format(&self) -> ErrorFormat {
        self.context.response_context.error_format()
    }

    pub(super) fn request(
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
    pub(super) fn served(&self, route: usize) -> &Served {
        &self.served[route]
    }

    /// Returns the format of the errors of a route, or of the application.
    pub(super) fn errors_of(&self, route: Option<usize>) -> ErrorFormat {
        route.map_or(self.errors, |route| self.served(route).error_format())
    }

    /// Returns the format of the errors of a path that no route matches.
    pub(super) fn errors_below(&self, path: &str) -> ErrorFormat {
        self.error_scopes.of(path).unwrap_or(self.errors)
    }

    pub(crate) fn lookup(&self, method: &Method, path: &str) -> Lookup {
        self.tree.find(method, path)
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
