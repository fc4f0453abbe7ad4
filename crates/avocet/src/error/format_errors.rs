//! `FormatErrors`: a custom error format.

use std::any::Any;
use std::fmt;

use http::StatusCode;

use super::ErrorBody;
use crate::model::{Members, OrderedJson, Schema, Schemas};
use crate::read::ValidationErrors;

/// A custom error format, such as one that a protocol requires: the body of each error, and its schema in the document.
///
/// Set a reference to it as the `error_format` of an application, a router or an operation. A unit struct needs no `static`:
/// `&OpenAiErrors` lives as long as the program. [`ErrorFormat::Custom`](super::ErrorFormat::Custom) holds it.
///
/// ```
/// use avocet::model::{Model, OrderedJson, Schema, Schemas};
/// use avocet::operation::ErrorBody;
/// use avocet::prelude::*;
/// use avocet::response::{ErrorContent, FormatErrors};
/// use avocet::testing::TestClient;
/// use http::StatusCode;
/// use serde_json::{Value, json};
///
/// /// An error as the API of `OpenAI` sends it.
/// #[model(output)]
/// struct ApiError {
///     error: ApiErrorContent,
/// }
///
/// #[model(output)]
/// struct ApiErrorContent {
///     message: String,
///     r#type: String,
///     code: Option<String>,
/// }
///
/// #[derive(Debug)]
/// struct OpenAiErrors;
///
/// impl FormatErrors for OpenAiErrors {
///     fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
///         let kind = if error.status.is_server_error() { "server_error" } else { "invalid_request_error" };
///         json!({"error": {"message": error.message(), "type": kind, "code": error.code()}}).into()
///     }
///
///     fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
///         ApiError::schema(schemas)
///     }
///
///     fn validation_status(&self) -> StatusCode {
///         StatusCode::BAD_REQUEST
///     }
/// }
///
/// #[get("/models")]
/// async fn models(#[query] page: u32) -> u32 {
///     page
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let v1 = Router::new("/v1").error_format(&OpenAiErrors).routes(routes![models]);
/// let client = TestClient::new(App::new("Models", "1.0.0").router(v1).build()?);
/// let response = client.get("/v1/models?page=one").send().await;
/// assert_eq!(response.status(), 400);
/// assert_eq!(response.json::<Value>().await["error"]["type"], "invalid_request_error");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error format",
    label = "not an error format",
    note = "implement `FormatErrors` for it, or use `ErrorFormat::FastApi` or `ErrorFormat::ProblemDetails`"
)]
pub trait FormatErrors: fmt::Debug + Any + Send + Sync {
    /// Returns the body of an error response.
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson;

    /// Describes the body of an error for the document. `status` is `None` for all statuses that are not listed. Models are added to
    /// `schemas`, as [`Model::schema`](crate::model::Model::schema) does.
    fn describe(
        &self,
        status: Option<StatusCode>,
        body: &ErrorBody,
        schemas: &mut Schemas,
    ) -> Schema;

    /// Returns the media type of the bodies: `application/json` by default.
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    /// Returns the status of a response to a request that is not valid: 422 by default.
    fn validation_status(&self) -> StatusCode {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// The content of an error response, for [`FormatErrors::body`].
///
/// ```
/// use avocet::response::{ErrorContent, ErrorDetail};
///
/// let detail = "No such item".into();
/// let error = ErrorContent::new(http::StatusCode::NOT_FOUND, ErrorDetail::Message(&detail));
/// assert_eq!((&*error.message(), error.code()), ("No such item", None));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ErrorContent<'e> {
    /// The status of the response.
    pub status: StatusCode,
    /// The content beside the status.
    pub detail: ErrorDetail<'e>,
}

/// The content of an error beside its status: what [`ErrorBody`] documents.
///
/// ```
/// use avocet::read::{ValidationError, ValidationErrors};
/// use avocet::response::{ErrorContent, ErrorDetail};
///
/// let errors = ValidationErrors::from(ValidationError::value_error("is taken").under("body").under("name"));
/// let error = ErrorContent::new(http::StatusCode::UNPROCESSABLE_ENTITY, ErrorDetail::ValidationErrors(&errors));
/// assert_eq!(error.message(), "body.name: Value error, is taken");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ErrorDetail<'e> {
    /// A message, or any JSON value from the handler.
    Message(&'e OrderedJson),
    /// The validation errors of a request.
    ValidationErrors(&'e ValidationErrors),
    /// A message with a code and additional members, as a variant of an `#[errors]` enum has them.
    Typed {
        /// The code.
        code: &'e str,
        /// The message.
        message: &'e str,
        /// The members beside message and code.
        members: &'e Members,
    },
}

impl<'e> ErrorContent<'e> {
    /// Creates the content of an error, for the test of a format.
    ///
    /// ```
    /// # use avocet::response::{ErrorContent, ErrorDetail};
    /// let detail = "Busy".into();
    /// let error = ErrorContent::new(http::StatusCode::SERVICE_UNAVAILABLE, ErrorDetail::Message(&detail));
    /// assert_eq!(error.status, 503);
    /// ```
    pub const fn new(status: StatusCode, detail: ErrorDetail<'e>) -> Self {
        Self { status, detail }
    }

    /// Returns the message in one line. Validation errors are separated by `; `, each with its location.
    ///
    /// ```
    /// # use avocet::response::{ErrorContent, ErrorDetail};
    /// let detail = "Busy".into();
    /// let error = ErrorContent::new(http::StatusCode::SERVICE_UNAVAILABLE, ErrorDetail::Message(&detail));
    /// assert_eq!(error.message(), "Busy");
    /// ```
    pub fn message(&self) -> String {
        match self.detail {
            ErrorDetail::Message(OrderedJson::String(message)) => message.clone(),
            ErrorDetail::Message(detail) => detail.to_string(),
            ErrorDetail::Typed { message, .. } => message.to_owned(),
            ErrorDetail::ValidationErrors(errors) => errors.to_string(),
        }
    }

    /// Returns the code of a typed error.
    ///
    /// ```
    /// # use avocet::response::{ErrorContent, ErrorDetail};
    /// let members = Default::default();
    /// let detail = ErrorDetail::Typed { code: "locked", message: "The item is locked", members: &members };
    /// assert_eq!(ErrorContent::new(http::StatusCode::CONFLICT, detail).code(), Some("locked"));
    /// ```
    pub const fn code(&self) -> Option<&'e str> {
        match self.detail {
            ErrorDetail::Typed { code, .. } => Some(code),
            ErrorDetail::Message(_) | ErrorDetail::ValidationErrors(_) => None,
        }
    }
}
