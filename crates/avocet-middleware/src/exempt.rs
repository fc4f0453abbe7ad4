//! Requests that limits and checks of hosts leave alone.

use avocet::layer::Request;
use avocet::observe::HealthCheck;
use http::{HeaderMap, Method, header};

/// Returns whether this is a preflight request of a browser (Fetch, section 4.8).
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns whether this is a probe of an orchestrator, which has no fixed host and comes at a fixed rate.
pub(crate) fn is_health_check(request: &Request) -> bool {
    let operation = request.operation();
    operation.is_some_and(|operation| operation.extension::<HealthCheck>().is_some())
}
