//! `ResponsesError`: why a request about responses fails.

use std::borrow::Cow;

use avocet::operation::{DocumentedError, ErrorBody, Operation};
use avocet::response::{HttpError, ResponseError};
use http::StatusCode;
use http::header::{HeaderName, HeaderValue, RETRY_AFTER};

use super::super::errors::ERRORS;
use super::response::ResponseFailure;
use crate::generate::GenerateError;

/// Why a request about responses fails.
#[derive(Debug)]
pub(super) enum ResponsesError {
    /// The model, or the request for it.
    Generate(GenerateError),
    /// The store has no response, or no item, with this id.
    NotFound { param: &'static str, id: String },
    /// The store failed, or the response is larger than it allows.
    Store(avocet_store::Error),
    /// As many responses are generated after their requests as the limit allows.
    TooMany { limit: usize },
}

impl ResponsesError {
    /// Creates the error of an option that needs a store.
    pub(super) fn no_store(param: &'static str) -> Self {
        let message = "the service stores no responses; its operator can set `OpenAi::store`";
        Self::Generate(GenerateError::unsupported(param, message))
    }
}

impl From<GenerateError> for ResponsesError {
    /// Names the field as this API does; models name those of chat completions.
    fn from(mut error: GenerateError) -> Self {
        if let GenerateError::Invalid { param, .. } | GenerateError::Unsupported { param, .. } =
            &mut error
        {
            let name = match param.as_str() {
                "messages" => Some("input"),
                "response_format" => Some("text.format"),
                _ => None,
            };
            if let Some(name) = name {
                name.clone_into(param);
            }
        }
        Self::Generate(error)
    }
}

impl From<avocet_store::Error> for ResponsesError {
    fn from(error: avocet_store::Error) -> Self {
        Self::Store(error)
    }
}

impl ResponseError for ResponsesError {
    fn describe(operation: &mut Operation) {
        GenerateError::describe(operation);
        operation.errors.push(DocumentedError {
            status: Some(StatusCode::NOT_FOUND),
            description: "The store has no such response".to_owned(),
            body: ErrorBody::Typed {
                code: "not_found".to_owned(),
                members: Vec::new(),
            },
        });
    }

    fn into_error(self) -> HttpError {
        match self {
            Self::Generate(error @ GenerateError::PromptTooLong { .. }) => {
                let message = error.to_string();
                let code = "context_length_exceeded";
                let param = ("param", "input".into());
                HttpError::typed(StatusCode::BAD_REQUEST, code, message, [param])
            }
            Self::Generate(error) => error.into_error(),
            Self::NotFound { param, id } => {
                // An id of a client can be of any length.
                let short: String = id.chars().take(80).collect();
                let message = format!("no response or item with the id `{short}` is stored");
                let status = StatusCode::NOT_FOUND;
                HttpError::typed(status, "not_found", message, [("param", param.into())])
            }
            Self::Store(avocet_store::Error::Limit(exceeded)) => {
                let message = format!(
                    "the response cannot be stored: {} bytes or entries, the limit `{}` is {}; send `store` as false",
                    exceeded.measured(),
                    exceeded.limit().name(),
                    exceeded.bound()
                );
                let status = StatusCode::BAD_REQUEST;
                HttpError::typed(status, "store_limit", message, [("param", "store".into())])
            }
            Self::Store(error) => HttpError::internal(error),
            Self::TooMany { limit } => {
                let message = format!(
                    "{limit} responses are generated in the background, the limit is {limit}; try again later"
                );
                let members: [(&str, _); 2] =
                    [("limit", "background".into()), ("value", limit.into())];
                HttpError::typed(
                    StatusCode::TOO_MANY_REQUESTS,
                    "overloaded",
                    message,
                    members,
                )
                .header(RETRY_AFTER, HeaderValue::from_static("1"))
                .header(
                    HeaderName::from_static("x-should-retry"),
                    HeaderValue::from_static("true"),
                )
            }
        }
    }
}

impl ResponseFailure {
    /// Describes an error as clients may see it. Its cause is logged.
    pub(super) fn new(error: impl ResponseError) -> Self {
        let error = error.into_error();
        let body = error.to_json(ERRORS);
        let member = |name: &str| {
            let error = body.get("error")?;
            Some(error.get(name)?.as_str()?.to_owned())
        };
        let failure = Self {
            code: member("code").unwrap_or_else(|| "server_error".to_owned()),
            message: member("message").unwrap_or_else(|| error.status().to_string()),
        };
        drop(error.into_response(ERRORS));
        failure
    }

    /// Describes a response that the service has ended.
    pub(super) fn interrupted(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: "server_error".to_owned(),
            message: message.into().into_owned(),
        }
    }
}
