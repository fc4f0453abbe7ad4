//! The statuses of errors of models.

use std::any::Any;
use std::sync::OnceLock;
use std::time::Duration;

use avocet_context::Context;
use avocet_inference::{InferenceError, Limit, Rejected};
use http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

use super::{DocumentedError, ErrorBody, HttpError};
use crate::model::{OrderedJson, Property, Schema};

const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// When to try again if no time is known: while a model is loaded or the process is replaced.
const UNKNOWN_WAIT: Duration = Duration::from_secs(1);

/// The status that an application sets for requests that the queue rejects, an extension of the context of its requests.
#[derive(Debug, Default)]
struct OverloadStatus(OnceLock<StatusCode>);

/// Sets the status of requests that the queue rejects in a context.
pub(crate) fn set_overload_status(context: &mut Context, status: StatusCode) {
    // The context of a request is new, so nothing is set yet.
    let _ = context.extension::<OverloadStatus>().0.set(status);
}

/// Returns the error with a status for an error of a model; another error is returned as it is.
pub(super) fn of_model<E: Any>(error: E) -> Result<HttpError, E> {
    let error_of_any_type = &error as &dyn Any;
    if let Some(error) = error_of_any_type.downcast_ref::<InferenceError>() {
        return Ok(HttpError::of_model(error.clone()));
    }
    if let Some(rejected) = error_of_any_type.downcast_ref::<Rejected>() {
        return Ok(of_rejection(*rejected));
    }
    Err(error)
}

impl HttpError {
    /// Converts an error of a model.
    pub(crate) fn of_model(error: InferenceError) -> Self {
        let typed = |row: &Row| Self::typed(row.status, row.code, error.to_string(), []);
        match &error {
            InferenceError::Rejected(rejected) => of_rejection(*rejected),
            InferenceError::Expired => typed(&EXPIRED),
            InferenceError::Cancelled => typed(&CANCELLED),
            InferenceError::Stalled => typed(&STALLED),
            // Its reason may name files, so it is for the log of the readiness check.
            InferenceError::NotReady(_) => {
                let message = "the model is not ready";
                let error = Self::typed(NOT_READY.status, NOT_READY.code, message, []);
                error.headers(retry(Some(UNKNOWN_WAIT)))
            }
            InferenceError::Stopping => typed(&STOPPING).headers(retry(Some(UNKNOWN_WAIT))),
            _ => Self::internal(error),
        }
    }
}

fn of_rejection(rejected: Rejected) -> HttpError {
    let (status, code) = match rejected {
        Rejected {
            retry_after: None, ..
        } => (TOO_LARGE.status, TOO_LARGE.code),
        Rejected {
            limit: Limit::PerCaller,
            ..
        } => (TOO_MANY.status, TOO_MANY.code),
        _ => (overload_status(), OVERLOADED.code),
    };
    let members: [(&str, OrderedJson); 3] = [
        ("limit", rejected.limit.name().into()),
        ("value", rejected.value.into()),
        ("measured", rejected.measured.into()),
    ];
    HttpError::typed(status, code, rejected.to_string(), members)
        .headers(retry(rejected.retry_after))
}

fn overload_status() -> StatusCode {
    let of_app = Context::with_current(|context| context.known_extension::<OverloadStatus>());
    let of_app = of_app.flatten().and_then(|status| status.0.get().copied());
    of_app.unwrap_or(OVERLOADED.status)
}

/// Returns when to try again, as clients read it: those of `OpenAI` prefer the milliseconds, and obey `x-should-retry`.
fn retry(after: Option<Duration>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    if let Some(after) = after {
        let millis = u64::try_from(after.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        // Zero would be an immediate retry, which is rejected again.
        let millis = millis.max(1);
        headers.insert(SHOULD_RETRY, HeaderValue::from_static("true"));
        headers.insert(RETRY_AFTER_MS, millis.into());
        headers.insert(RETRY_AFTER, millis.div_ceil(1000).into());
    }
    headers
}

/// One status with its code.
struct Row {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    /// The limits that a rejection can name.
    limits: &'static [Limit],
}

const fn row(status: StatusCode, code: &'static str, description: &'static str) -> Row {
    Row {
        status,
        code,
        description,
        limits: &[],
    }
}

const TOO_LARGE: Row = Row {
    status: StatusCode::PAYLOAD_TOO_LARGE,
    code: "exceeds_limit",
    description: "The request alone exceeds a limit of the model; it can never be accepted",
    limits: &[Limit::Queue, Limit::QueueCost, Limit::PerCaller],
};
const TOO_MANY: Row = Row {
    status: StatusCode::TOO_MANY_REQUESTS,
    code: "too_many_requests",
    description: "Too many inputs of the caller wait or run",
    limits: &[Limit::PerCaller],
};
const OVERLOADED: Row = Row {
    status: StatusCode::SERVICE_UNAVAILABLE,
    code: "overloaded",
    description: "The queue of the model is full, or the result would be late",
    limits: &[Limit::Queue, Limit::QueueCost, Limit::Deadline],
};
const STALLED: Row = row(
    StatusCode::REQUEST_TIMEOUT,
    "stalled",
    "The client has not read the stream for too long",
);
const NOT_READY: Row = row(
    StatusCode::SERVICE_UNAVAILABLE,
    "not_ready",
    "The model is not loaded",
);
const STOPPING: Row = row(
    StatusCode::SERVICE_UNAVAILABLE,
    "stopping",
    "The service is stopping",
);
const CANCELLED: Row = row(
    StatusCode::SERVICE_UNAVAILABLE,
    "cancelled",
    "The work was cancelled",
);
const EXPIRED: Row = row(
    StatusCode::GATEWAY_TIMEOUT,
    "deadline_exceeded",
    "The deadline has passed before the result",
);

/// Returns what a request to a model can fail with.
pub(crate) fn documented() -> Vec<DocumentedError> {
    let rows = [
        TOO_LARGE, TOO_MANY, OVERLOADED, STALLED, NOT_READY, STOPPING, CANCELLED, EXPIRED,
    ];
    let mut errors: Vec<_> = rows.iter().map(Row::documented).collect();
    errors.push(DocumentedError {
        status: Some(StatusCode::INTERNAL_SERVER_ERROR),
        description: "The model failed".to_owned(),
        body: ErrorBody::Message,
    });
    errors
}

/// Sets the status of requests that the queue rejects in the errors of an operation.
pub(crate) fn document_overload_status(errors: &mut [DocumentedError], status: StatusCode) {
    let overloaded = OVERLOADED.documented();
    for error in errors.iter_mut().filter(|error| **error == overloaded) {
        error.status = Some(status);
    }
}

impl Row {
    fn documented(&self) -> DocumentedError {
        let limits = self.limits.iter().map(|limit| limit.name());
        let members = match self.limits {
            [] => Vec::new(),
            _ => vec![
                Property::new("limit", Schema::one_of_values(limits), true),
                Property::new("value", Schema::integer(), true),
                Property::new("measured", Schema::integer(), true),
            ],
        };
        DocumentedError {
            status: Some(self.status),
            description: self.description.to_owned(),
            body: ErrorBody::Typed {
                code: self.code.to_owned(),
                members,
            },
        }
    }
}
