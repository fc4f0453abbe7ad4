//! `HttpError`: an error with a status, created in place.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::causes::causes;
use super::replace::{Replacement, replacement};
use super::{ErrorContent, ErrorDetail, ErrorFormat};
use crate::body::{Response, set_headers};
use crate::model::{Members, OrderedJson};
use crate::read::{ValidationError, ValidationErrors};
use crate::report::RejectionReason;

/// An error with a status and a message.
///
/// Any `std::error::Error` converts to a 500 with `?`: the response does not show the error, and the log has all of it
/// (`tracing` at level `error`, or standard error if no subscriber is installed).
///
/// ```
/// use avocet::response::HttpError;
/// use http::StatusCode;
///
/// fn read(id: u32) -> Result<String, HttpError> {
///     if id == 0 {
///         return Err(HttpError::new(StatusCode::NOT_FOUND, "No such item"));
///     }
///     let text = std::fs::read_to_string("/nowhere")?;
///     Ok(text)
/// }
///
/// assert_eq!(read(0).unwrap_err().status(), 404);
/// assert_eq!(read(1).unwrap_err().status(), 500);
/// ```
pub struct HttpError(Box<Inner>);

struct Inner {
    status: StatusCode,
    says: Says,
    headers: HeaderMap,
    source: Option<Box<dyn Error + Send + Sync>>,
    rejection: Option<RejectionReason>,
}

/// The content of an error response.
#[derive(Debug)]
enum Says {
    Detail(OrderedJson),
    Typed {
        code: Cow<'static, str>,
        message: String,
        members: Members,
    },
    ValidationErrors(ValidationErrors),
    DocumentedResponse(Option<Response>),
}

impl HttpError {
    /// Creates an error with `detail`: a message, or any JSON value.
    ///
    /// ```
    /// # use avocet::response::HttpError;
    /// let error = HttpError::new(http::StatusCode::CONFLICT, "Taken already");
    /// assert_eq!(error.to_string(), "409 Conflict: Taken already");
    /// ```
    pub fn new(status: StatusCode, detail: impl Into<OrderedJson>) -> Self {
        Self::saying(status, Says::Detail(detail.into()))
    }

    /// Creates an error with a code, like a variant of an `#[errors]` enum.
    ///
    /// ```
    /// # use avocet::response::HttpError;
    /// let error = HttpError::typed(http::StatusCode::CONFLICT, "locked", "Somebody works on it", [("by", "Ann".into())]);
    /// assert_eq!(error.status(), 409);
    /// ```
    pub fn typed(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        members: impl IntoIterator<Item = (&'static str, OrderedJson)>,
    ) -> Self {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self::saying(
            status,
            Says::Typed {
                code: code.into(),
                message: message.into(),
                members,
            },
        )
    }

    /// Creates a 500 without details for the client; `reason` is logged.
    ///
    /// ```
    /// # use avocet::response::HttpError;
    /// assert_eq!(HttpError::internal("the disk is full").status(), 500);
    /// ```
    pub fn internal(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        error.0.source = Some(reason.into());
        error
    }

    /// Creates an error from a response that is sent unchanged.
    #[cfg_attr(
        not(feature = "axum"),
        expect(dead_code, reason = "axum's extractors reject with complete responses")
    )]
    pub(crate) fn response(response: Response) -> Self {
        Self::saying(response.status(), Says::DocumentedResponse(Some(response)))
    }

    fn saying(status: StatusCode, says: Says) -> Self {
        Self(Box::new(Inner {
            status,
            says,
            headers: HeaderMap::new(),
            source: None,
            rejection: None,
        }))
    }

    /// Sets the reason of a rejection, which the metrics count.
    pub(crate) fn rejecting(mut self, reason: RejectionReason) -> Self {
        self.0.rejection = Some(reason);
        self
    }

    /// Returns the reason of a rejection. Errors of foreign extractors have only a status; an error of the server is not a
    /// rejection.
    pub(crate) fn rejection(&self) -> Option<RejectionReason> {
        self.0
            .rejection
            .or_else(|| RejectionReason::of_foreign(self.0.status))
    }

    /// Adds a header to the response. It replaces a header that the response sets itself, such as `content-type`.
    ///
    /// ```
    /// # use avocet::response::HttpError;
    /// use http::{StatusCode, header::RETRY_AFTER};
    ///
    /// let busy = HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Busy").header(RETRY_AFTER, "1".parse().unwrap());
    /// ```
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// Adds headers to the response.
    #[cfg(feature = "inference")]
    pub(crate) fn headers(mut self, headers: HeaderMap) -> Self {
        self.0.headers.extend(headers);
        self
    }

    /// Returns the status.
    ///
    /// ```
    /// # use avocet::response::HttpError;
    /// assert_eq!(HttpError::new(http::StatusCode::NOT_FOUND, "No").status(), 404);
    /// ```
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the JSON body in the given format.
    ///
    /// ```
    /// use avocet::response::{ErrorFormat, HttpError};
    ///
    /// let error = HttpError::new(http::StatusCode::NOT_FOUND, "No such item");
    /// assert_eq!(error.to_json(ErrorFormat::FastApi).to_string(), r#"{"detail":"No such item"}"#);
    /// ```
    pub fn to_json(&self, shape: ErrorFormat) -> OrderedJson {
        match &self.0.says {
            Says::Detail(detail) => shape.detail(self.0.status, detail.clone()),
            Says::Typed {
                code,
                message,
                members,
            } => shape.typed(self.0.status, code, message, members),
            Says::ValidationErrors(errors) => shape.errors(shape.validation_status(), errors),
            Says::DocumentedResponse(_) => OrderedJson::Null,
        }
    }

    /// Returns the cause, if it is a `T`.
    #[cfg(feature = "websocket")]
    pub(crate) fn find_source<T: Error + 'static>(&self) -> Option<&T> {
        self.0.source.as_ref()?.downcast_ref()
    }

    /// Returns the error that this one was made of, and the causes of that.
    pub(crate) fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        let source = self.0.source.as_deref();
        causes(source.map(|source| source as &(dyn Error + 'static)))
    }

    /// Returns the message for the client, in one line.
    #[cfg(feature = "websocket")]
    pub(crate) fn said(&self) -> String {
        match &self.0.says {
            Says::Detail(OrderedJson::String(detail)) => detail.clone(),
            Says::Detail(detail) => detail.to_string(),
            Says::Typed { message, .. } => message.clone(),
            Says::ValidationErrors(errors) => errors.to_string(),
            Says::DocumentedResponse(_) => self.0.status.to_string(),
        }
    }

    /// Logs the cause, which the client does not see.
    pub(crate) fn report(&self) {
        if let Some(source) = &self.0.source {
            crate::report::failure(self.0.status, source);
        }
    }

    /// Converts the error to its response, for a [`Responder`](crate::response::Responder) that fails and for a middleware. An error with a source is
    /// logged here, once.
    ///
    /// ```
    /// use avocet::response::{HttpError, Response, ResponseContext};
    ///
    /// fn failed(error: std::fmt::Error, context: &ResponseContext) -> Response {
    ///     HttpError::internal(error).into_response(context.error_format())
    /// }
    /// assert_eq!(failed(std::fmt::Error, &ResponseContext::default()).status(), 500);
    /// ```
    pub fn into_response(mut self, shape: ErrorFormat) -> Response {
        self.report();
        if let Says::DocumentedResponse(response) = &mut self.0.says
            && let Some(response) = response.take()
        {
            return response;
        }
        let status = match &self.0.says {
            Says::ValidationErrors(_) => shape.validation_status(),
            _ => self.0.status,
        };
        let replaced = self.replacement(status, shape);
        let mut response = match (replaced.response, &self.0.says) {
            (Some(response), _) => response,
            (None, Says::ValidationErrors(errors)) => {
                shape.response_text(status, shape.errors_text(status, errors))
            }
            (None, _) => shape.response(status, self.to_json(shape)),
        };
        let mut headers = std::mem::take(&mut self.0.headers);
        if response.status().is_redirection() {
            // The challenge is that of a 401, which the client does not get.
            headers.remove(header::WWW_AUTHENTICATE);
        }
        set_headers(response.headers_mut(), headers);
        if replaced.varies {
            let accept = HeaderValue::from_static("accept");
            response.headers_mut().append(header::VARY, accept);
        }
        response
    }

    /// Returns what the application sets in place of the response in the error format.
    fn replacement(&self, status: StatusCode, shape: ErrorFormat) -> Replacement {
        replacement(|by| {
            let detail = match &self.0.says {
                // The error has a body of its own type.
                _ if self.0.headers.contains_key(header::CONTENT_TYPE) => {
                    return Replacement::default();
                }
                Says::Detail(detail) => ErrorDetail::Message(detail),
                Says::Typed {
                    code,
                    message,
                    members,
                } => ErrorDetail::Typed {
                    code,
                    message,
                    members,
                },
                Says::ValidationErrors(errors) => ErrorDetail::ValidationErrors(errors),
                Says::DocumentedResponse(_) => return Replacement::default(),
            };
            let content = ErrorContent::new(status, detail);
            by.replace(&content, self.causes().next(), shape)
        })
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HttpError {
    fn from(error: E) -> Self {
        // `?` keeps the status of an error that has one.
        #[cfg(feature = "inference")]
        let error = match super::inference::of_model(error) {
            Ok(error) => return error,
            Err(error) => error,
        };
        Self::internal(error)
    }
}

/// A validation error of a handler is reported like those of the reader; its location starts with the source, as in
/// `ValidationError::value_error("is taken").under("body").under("name")`.
impl From<ValidationError> for HttpError {
    fn from(error: ValidationError) -> Self {
        ValidationErrors::from(error).into()
    }
}

impl From<ValidationErrors> for HttpError {
    fn from(errors: ValidationErrors) -> Self {
        Self::saying(
            StatusCode::UNPROCESSABLE_ENTITY,
            Says::ValidationErrors(errors),
        )
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.status)?;
        match &self.0.says {
            Says::Detail(OrderedJson::String(detail)) => write!(f, ": {detail}")?,
            Says::Detail(detail) => write!(f, ": {detail}")?,
            Says::Typed { message, .. } => write!(f, ": {message}")?,
            Says::ValidationErrors(errors) => {
                for error in errors.iter() {
                    write!(f, "; {error}")?;
                }
            }
            Says::DocumentedResponse(_) => {}
        }
        match &self.0.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpError")
            .field("status", &self.0.status)
            .field("content", &self.0.says)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
