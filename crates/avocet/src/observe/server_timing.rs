//! The header `Server-Timing` of requests that used a model (W3C Server Timing).

use avocet_context::Context;
use avocet_inference::{Times, Timings};
use http::{HeaderName, HeaderValue};

use crate::response::Response;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Adds the times of the request in queues and models, if it used any.
pub(super) fn add(context: &Context, response: &mut Response) {
    let Some(timings) = context.known_extension::<Timings>() else {
        return;
    };
    let Times { queue, model } = timings.total();
    let millis = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
    let value = format!(
        "queue;dur={:.3}, model;dur={:.3}",
        millis(queue),
        millis(model)
    );
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().append(SERVER_TIMING, value);
    }
}
