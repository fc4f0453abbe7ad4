//! The error format of Anthropic's API.

use avocet::context::RequestId;
use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::ErrorBody;
use avocet::prelude::*;
use avocet::response::{ErrorContent, ErrorDetail, ErrorFormat, FormatErrors};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// The error format of Anthropic's API: an object `error` with `type` and `message`, and the `request_id`. A request that is not valid is a
/// 400.
///
/// | status | `type` |
/// |---|---|
/// | 401 | `authentication_error` |
/// | 402 | `billing_error` |
/// | 403 | `permission_error` |
/// | 404 | `not_found_error` |
/// | 408, 504 | `timeout_error` |
/// | 409 | `conflict_error` |
/// | 413 | `request_too_large` |
/// | 429 | `rate_limit_error` |
/// | 503, 529 | `overloaded_error` |
/// | other 4xx | `invalid_request_error` |
/// | other 5xx | `api_error` |
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
    r#type: &'static str,
    /// The error.
    error: Error,
    /// The id of the request, which the header `request-id` has too.
    request_id: Option<String>,
}

/// What is wrong with a request, or with the server.
#[model(output, name = "AnthropicError")]
struct Error {
    /// The kind of error, such as `invalid_request_error`.
    r#type: String,
    /// The reason, for people.
    message: String,
    /// The reason, for programs: `error_code`, and the limit of a rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Map<String, Value>>,
}

impl FormatErrors for AnthropicErrors {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let mut body = json!({"type": kind(error.status), "message": message(error)});
        if let ErrorDetail::Typed { code, members, .. } = error.detail {
            let mut details = json!({ "error_code": code });
            for (name, value) in members {
                details[name] = serde_json::to_value(value).unwrap_or_default();
            }
            body["details"] = details;
        }
        let request_id = RequestId::current().map(|id| id.to_string());
        json!({"type": "error", "error": body, "request_id": request_id}).into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        ErrorResponse::schema(schemas)
    }

    fn validation_status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// Returns the message, which begins with the field that is not valid: clients of this API read no other member.
fn message(error: &ErrorContent<'_>) -> String {
    match error.detail {
        ErrorDetail::ValidationErrors(errors) => {
            let messages: Vec<String> = errors.iter().map(field_message).collect();
            messages.join("; ")
        }
        // Claude Code recognizes the beginning, and then shortens the conversation.
        ErrorDetail::Typed {
            code: "context_length_exceeded",
            message,
            ..
        } => {
            format!("prompt is too long: {message}")
        }
        ErrorDetail::Typed {
            message, members, ..
        } => match members.get("param") {
            Some(OrderedJson::String(param)) => format!("{param}: {message}"),
            _ => message.to_owned(),
        },
        _ => error.message(),
    }
}

/// Returns the message of a validation error, such as `messages.0.role: Field required`.
fn field_message(error: &ValidationError) -> String {
    // The first segment is `body`, `query` or the like.
    let segments = error.location().iter().skip(1).map(ToString::to_string);
    let field = segments.collect::<Vec<_>>().join(".");
    if field.is_empty() {
        return error.message().to_owned();
    }
    format!("{field}: {}", error.message())
}

fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 | 504 => "timeout_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 | 529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_a_type_of_the_api() {
        let rows = [
            (400, "invalid_request_error"),
            (401, "authentication_error"),
            (402, "billing_error"),
            (403, "permission_error"),
            (404, "not_found_error"),
            (405, "invalid_request_error"),
            (408, "timeout_error"),
            (409, "conflict_error"),
            (413, "request_too_large"),
            (429, "rate_limit_error"),
            (500, "api_error"),
            (502, "api_error"),
            (503, "overloaded_error"),
            (504, "timeout_error"),
            (529, "overloaded_error"),
        ];
        for (status, expected) in rows {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(kind(status), expected, "{status}");
        }
    }
}
