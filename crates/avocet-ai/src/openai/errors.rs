//! The error format of OpenAI's API.

use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::ErrorBody;
use avocet::prelude::*;
use avocet::read::ValidationErrors;
use avocet::response::{ErrorContent, ErrorDetail, ErrorFormat, FormatErrors};
use http::StatusCode;
use serde_json::json;

/// The error format of OpenAI's API: an object `error` with `message`, `type`, `param` and `code`. A request that is not valid is a 400.
///
/// ```
/// use avocet::Router;
///
/// let v1 = Router::new("/v1").error_format(avocet_ai::openai::ERRORS);
/// ```
pub const ERRORS: ErrorFormat = ErrorFormat::Custom(&OpenAiErrors);

/// The format.
#[derive(Debug)]
struct OpenAiErrors;

/// An error of the API.
#[model(output)]
struct OpenAiErrorResponse {
    error: OpenAiError,
}

/// What is wrong with a request, or with the server.
#[model(output)]
struct OpenAiError {
    /// The reason, for people.
    message: String,
    /// The kind of error, such as `invalid_request_error`.
    r#type: String,
    /// The field of the request that is not valid.
    param: Option<String>,
    /// The reason, for programs.
    code: Option<String>,
}

impl FormatErrors for OpenAiErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let param = match error.detail {
            ErrorDetail::ValidationErrors(errors) => first_field(errors),
            ErrorDetail::Typed { members, .. } => match members.get("param") {
                Some(OrderedJson::String(param)) => Some(param.clone()),
                _ => None,
            },
            _ => None,
        };
        let kind = kind(error.status);
        let mut body = json!({
            "message": error.message(), "type": kind, "param": param, "code": error.code(),
        });
        if let ErrorDetail::Typed { members, .. } = error.detail {
            // A rejection names the limit, its value and the measured value.
            for (name, value) in members.iter().filter(|(name, _)| *name != "param") {
                body[name] = serde_json::to_value(value).unwrap_or_default();
            }
        }
        json!({ "error": body }).into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        OpenAiErrorResponse::schema(schemas)
    }

    fn validation_status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// Returns the first field that is not valid, such as `messages.0.content`.
fn first_field(errors: &ValidationErrors) -> Option<String> {
    let error = errors.iter().next()?;
    // The first segment is `body`, `query` or the like.
    let segments = error.location().iter().skip(1).map(ToString::to_string);
    let field = segments.collect::<Vec<_>>().join(".");
    (!field.is_empty()).then_some(field)
}

fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}
