//! The error format of the Open Inference Protocol.

use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::ErrorBody;
use avocet::prelude::*;
use avocet::response::{ErrorContent, ErrorFormat, FormatErrors};
use http::StatusCode;
use serde_json::json;

/// The error format of the Open Inference Protocol: an object whose member `error` is the reason. A request that is not valid is a 400.
///
/// ```
/// use avocet::Router;
///
/// let v2 = Router::new("/v2").error_format(avocet_ai::open_inference::ERRORS);
/// ```
pub const ERRORS: ErrorFormat = ErrorFormat::Custom(&OpenInferenceErrors);

/// The format.
#[derive(Debug)]
struct OpenInferenceErrors;

/// An error of the API.
#[model(output, name = "OpenInferenceErrorResponse")]
struct ErrorResponse {
    /// The reason, for people.
    error: String,
}

impl FormatErrors for OpenInferenceErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        json!({ "error": error.message() }).into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        ErrorResponse::schema(schemas)
    }

    fn validation_status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}
