//! The error format of Anthropic's API.

use avocet::context::Context;
use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::ErrorBody;
use avocet::prelude::*;
use avocet::response::{ErrorContent, ErrorFormat, FormatErrors};
use http::StatusCode;
use serde_json::json;

/// The error format of Anthropic's API: `type`, an object `error` with `type` and `message`, and `request_id`. A request that is not valid is
/// a 400.
///
/// ```
/// use avocet::Router;
///
/// let v1 = Router::new("/v1").error_format(avocet_ai::anthropic::ERRORS);
/// ```
pub const ERRORS: ErrorFormat = ErrorFormat::Custom(&AnthropicErrors);

/// The format.
#[derive(Debug)]
struct AnthropicErrors;

/// An error of the API.
#[model(output, name = "AnthropicErrorResponse")]
struct ErrorResponse {
    /// Always `error`.
    r#type: String,
    error: ErrorDetails,
    /// The id of the request.
    request_id: Option<String>,
}

/// What is wrong with a request, or with the server.
#[model(output, name = "AnthropicErrorDetails")]
struct ErrorDetails {
    /// The kind of error, such as `invalid_request_error`.
    r#type: String,
    /// The reason, for people.
    message: String,
}

impl FormatErrors for AnthropicErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let id = Context::with_current(|context| context.request_id().to_string());
        json!({
            "type": "error",
            "error": {"type": kind(error.status), "message": error.message()},
            "request_id": id,
        })
        .into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        ErrorResponse::schema(schemas)
    }

    fn validation_status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 | 529 => "overloaded_error",
        504 => "timeout_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}
