//! Errors of models as HTTP errors.

use avocet::response::HttpError;
use avocet_inference::{InferenceError, Rejected};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};

/// Returns a 503 with `Retry-After` if a limit was reached, and a 500 for errors of the model.
pub fn unavailable(error: InferenceError) -> HttpError {
    let InferenceError::Rejected(Rejected { retry_after, .. }) = &error else {
        return HttpError::internal(error);
    };
    let seconds = retry_after.map_or(1, |after| after.as_secs() + 1);
    HttpError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
        .header(RETRY_AFTER, HeaderValue::from(seconds))
}
