//! `ErrorPage`: an error and its request, for the response of an application.

use avocet_context::RequestId;
use http::{Method, StatusCode};

use super::RequestFacts;
use crate::error::{ErrorContent, ErrorDetail};

/// An error and its request, for [`App::error_page`](crate::App::error_page) and [`App::error_response`](crate::App::error_response).
///
/// [`path`](Self::path) and [`message`](Self::message) can contain text of the client: escape them in HTML, with
/// [`Html::escape`](crate::response::Html::escape) or a template engine.
///
/// ```
/// use avocet::response::{ErrorPage, Html};
///
/// fn missing(page: &ErrorPage<'_>) -> Html {
///     Html(format!("<h1>{}</h1><p>{} is not here.</p>", page.status(), Html::escape(page.path())))
/// }
/// ```
#[derive(Debug)]
pub struct ErrorPage<'e> {
    error: &'e ErrorContent<'e>,
    request: &'e RequestFacts,
    prefers_html: bool,
}

impl<'e> ErrorPage<'e> {
    pub(super) fn new(
        error: &'e ErrorContent<'e>,
        request: &'e RequestFacts,
        prefers_html: bool,
    ) -> Self {
        Self {
            error,
            request,
            prefers_html,
        }
    }

    /// Returns the status of the error.
    ///
    /// ```
    /// fn text(page: &avocet::response::ErrorPage<'_>) -> String { page.status().to_string() }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.error.status
    }

    /// Returns the message that the error format shows, in one line. The message of an internal error is `Internal Server Error`.
    ///
    /// ```
    /// fn text(page: &avocet::response::ErrorPage<'_>) -> String { page.message() }
    /// ```
    pub fn message(&self) -> String {
        self.error.message()
    }

    /// Returns the content of the error: its message, its code and members, or validation errors.
    ///
    /// ```
    /// use avocet::response::{ErrorDetail, ErrorPage};
    ///
    /// fn mistakes(page: &ErrorPage<'_>) -> usize {
    ///     match page.detail() {
    ///         ErrorDetail::ValidationErrors(errors) => errors.len(),
    ///         _ => 0,
    ///     }
    /// }
    /// ```
    pub fn detail(&self) -> &ErrorDetail<'e> {
        &self.error.detail
    }

    /// Returns the method of the request.
    ///
    /// ```
    /// fn text(page: &avocet::response::ErrorPage<'_>) -> String { page.method().to_string() }
    /// ```
    pub fn method(&self) -> &'e Method {
        self.request.method()
    }

    /// Returns the path of the request, not decoded and without the query.
    ///
    /// ```
    /// fn is_api(page: &avocet::response::ErrorPage<'_>) -> bool { page.path().starts_with("/api/") }
    /// ```
    pub fn path(&self) -> &'e str {
        self.request.path()
    }

    /// Returns the request id, which the response has as `x-request-id` and the log too.
    ///
    /// ```
    /// fn text(page: &avocet::response::ErrorPage<'_>) -> String { page.request_id().unwrap_or_default() }
    /// ```
    pub fn request_id(&self) -> Option<String> {
        RequestId::current().map(|id| id.to_string())
    }

    /// Returns whether the client prefers HTML to JSON.
    ///
    /// ```
    /// fn is_browser(page: &avocet::response::ErrorPage<'_>) -> bool { page.prefers_html() }
    /// ```
    pub fn prefers_html(&self) -> bool {
        self.prefers_html
    }
}
