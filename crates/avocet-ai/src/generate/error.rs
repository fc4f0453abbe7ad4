//! `GenerateError`: the errors of models that generate text or embed.

use std::error::Error;
use std::fmt;

use avocet::inference::InferenceError;
use avocet::operation::{DocumentedError, ErrorBody, Operation};
use avocet::response::{HttpError, ResponseError};
use http::StatusCode;

/// An error of a model that generates text or embeds: the request is not valid for it, its queue rejects the request, or it fails.
///
/// | error | status | `code` |
/// |---|---|---|
/// | [`Invalid`](Self::Invalid) | 400 | `invalid_value` |
/// | [`Unsupported`](Self::Unsupported) | 400 | `unsupported_parameter` |
/// | [`PromptTooLong`](Self::PromptTooLong) | 400 | `context_length_exceeded` |
/// | [`UnknownModel`](Self::UnknownModel) | 404 | `model_not_found` |
/// | [`Inference`](Self::Inference) | that of the [`InferenceError`] | |
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum GenerateError {
    /// A value of the request is not valid for the model.
    Invalid {
        /// The field of the request.
        param: String,
        /// The rule.
        message: String,
    },
    /// The model does not have a feature that the request needs.
    Unsupported {
        /// The field of the request.
        param: String,
        /// What is missing.
        message: String,
    },
    /// The prompt leaves no room for a response.
    PromptTooLong {
        /// The length of the prompt in tokens, or a lower bound of it.
        tokens: usize,
        /// The maximum length.
        limit: usize,
    },
    /// No model has this name.
    UnknownModel(String),
    /// The queue rejected the request, or the model failed.
    Inference(InferenceError),
}

impl GenerateError {
    /// Creates the error of a value that is not valid for the model.
    ///
    /// ```
    /// let error = avocet_ai::generate::GenerateError::invalid("logit_bias", "token 9000 is not in the vocabulary of 1536 tokens");
    /// assert_eq!(error.to_string(), "logit_bias: token 9000 is not in the vocabulary of 1536 tokens");
    /// ```
    pub fn invalid(param: impl Into<String>, message: impl fmt::Display) -> Self {
        Self::Invalid {
            param: param.into(),
            message: message.to_string(),
        }
    }

    /// Creates the error of a feature that the model does not have.
    ///
    /// ```
    /// let error = avocet_ai::generate::GenerateError::unsupported("messages", "the model reads no images");
    /// assert_eq!(error.to_string(), "messages: the model reads no images");
    /// ```
    pub fn unsupported(param: impl Into<String>, message: impl fmt::Display) -> Self {
        Self::Unsupported {
            param: param.into(),
            message: message.to_string(),
        }
    }

    /// Returns the status, the code and the field of an error of the request.
    fn of_request(&self) -> Option<(StatusCode, &'static str, &str)> {
        Some(match self {
            Self::Invalid { param, .. } => (StatusCode::BAD_REQUEST, "invalid_value", param),
            Self::Unsupported { param, .. } => {
                (StatusCode::BAD_REQUEST, "unsupported_parameter", param)
            }
            Self::PromptTooLong { .. } => (
                StatusCode::BAD_REQUEST,
                "context_length_exceeded",
                "messages",
            ),
            Self::UnknownModel(_) => (StatusCode::NOT_FOUND, "model_not_found", "model"),
            Self::Inference(_) => return None,
        })
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { param, message } | Self::Unsupported { param, message } => {
                write!(f, "{param}: {message}")
            }
            Self::PromptTooLong { tokens, limit } => write!(
                f,
                "the prompt has at least {tokens} tokens, this model takes at most {limit} tokens"
            ),
            Self::UnknownModel(name) => write!(f, "the model `{name}` does not exist"),
            Self::Inference(error) => error.fmt(f),
        }
    }
}

impl Error for GenerateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Inference(error) => error.source(),
            _ => None,
        }
    }
}

impl From<InferenceError> for GenerateError {
    fn from(error: InferenceError) -> Self {
        Self::Inference(error)
    }
}

impl ResponseError for GenerateError {
    fn describe(operation: &mut Operation) {
        let rows = [
            (
                StatusCode::BAD_REQUEST,
                "The model cannot process the request",
                "invalid_value",
            ),
            (
                StatusCode::NOT_FOUND,
                "The model does not exist",
                "model_not_found",
            ),
        ];
        for (status, description, code) in rows {
            operation.errors.push(DocumentedError {
                status: Some(status),
                description: description.to_owned(),
                body: ErrorBody::Typed {
                    code: code.to_owned(),
                    members: Vec::new(),
                },
            });
        }
        InferenceError::describe(operation);
    }

    fn into_error(self) -> HttpError {
        let message = match &self {
            Self::Invalid { message, .. } | Self::Unsupported { message, .. } => message.clone(),
            other => other.to_string(),
        };
        match self.of_request() {
            Some((status, code, param)) => {
                let param = param.to_owned().into();
                HttpError::typed(status, code, message, [("param", param)])
            }
            None => match self {
                Self::Inference(error) => error.into_error(),
                other => HttpError::internal(other),
            },
        }
    }
}
