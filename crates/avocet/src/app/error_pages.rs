//! Pages and responses for the statuses of errors.

use http::StatusCode;

use super::App;
use crate::response::{Audience, ErrorPage, Responder};

impl App {
    /// Sends errors as a page to clients whose `Accept` prefers `text/html`, as that of a browser does.
    ///
    /// Other clients, among them those without `Accept` and with `*/*`, get the [error format](Self::error_format). The weights of the
    /// header count: `application/json, text/html;q=0.5` is JSON. The responses have `vary: accept`, and the document lists `text/html`
    /// for each error. The page has the status, the message and the validation errors, and the request id of a 5xx. It has no scripts and
    /// loads nothing.
    ///
    /// It is off by default: an API whose clients parse JSON must not change with a header that they may send unawares.
    /// Errors of mounted services and requests that the server rejects before routing stay as they are.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Shop", "1.0.0").html_errors().build()?);
    /// let response = client.get("/nothing").header("accept", "text/html,*/*;q=0.8").send().await;
    /// assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    /// assert_eq!(client.get("/nothing").send().await.text().await, r#"{"detail":"Not Found"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn html_errors(mut self) -> Self {
        self.error_pages.html();
        self
    }

    /// Sets the page of a status for clients whose `Accept` prefers `text/html`. Other clients get what they get without it.
    ///
    /// It applies to errors that Avocet sends and to those of handlers ([`HttpError`](crate::response::HttpError), `#[errors]`), not to
    /// responses. The response has the status of the error and its headers, such as `allow`; a `Redirect` or a `WithStatus` has its own.
    /// A success is a [`BuildError`](crate::BuildError). The document lists the response. If the function panics, the response is a 500 in
    /// the error format, and the log has the panic.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::response::{ErrorPage, Redirect};
    /// use avocet::testing::TestClient;
    ///
    /// fn missing(page: &ErrorPage<'_>) -> Html {
    ///     Html(format!("<p>{} is not here.", Html::escape(page.path())))
    /// }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0")
    ///     .error_page(StatusCode::NOT_FOUND, missing)
    ///     .error_page(StatusCode::UNAUTHORIZED, |_| Redirect::to("/login"));
    /// let client = TestClient::new(app.build()?);
    /// let response = client.get("/nothing").header("accept", "text/html").send().await;
    /// assert_eq!(response.status(), 404);
    /// assert_eq!(response.text().await, "<p>/nothing is not here.");
    /// # Ok(())
    /// # }
    /// ```
    pub fn error_page<R, F>(mut self, status: StatusCode, page: F) -> Self
    where
        R: Responder + 'static,
        F: Fn(&ErrorPage<'_>) -> R + Send + Sync + 'static,
    {
        self.error_pages.add(status, Audience::Browsers, page);
        self
    }

    /// Sets the response of a status for all clients, in place of the [error format](Self::error_format). It applies like
    /// [`error_page`](Self::error_page), whose page browsers get if both are set.
    ///
    /// Use a [`FormatErrors`](crate::response::FormatErrors) for a format of all errors.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::response::ErrorPage;
    /// use avocet::testing::TestClient;
    ///
    /// #[model(output)]
    /// struct Unknown { method: String, path: String }
    ///
    /// fn unknown(page: &ErrorPage<'_>) -> Unknown {
    ///     Unknown { method: page.method().to_string(), path: page.path().to_owned() }
    /// }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").error_response(StatusCode::NOT_FOUND, unknown);
    /// let response = TestClient::new(app.build()?).get("/nothing").send().await;
    /// assert_eq!(response.status(), 404);
    /// assert_eq!(response.text().await, r#"{"method":"GET","path":"/nothing"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn error_response<R, F>(mut self, status: StatusCode, response: F) -> Self
    where
        R: Responder + 'static,
        F: Fn(&ErrorPage<'_>) -> R + Send + Sync + 'static,
    {
        self.error_pages.add(status, Audience::Everyone, response);
        self
    }

    /// Shows internal errors to browsers, in debug builds: the operation and the location of its handler, the error and its causes, and the
    /// message and place of a panic.
    ///
    /// The page replaces that of a 500 for clients whose `Accept` prefers `text/html`; other clients get the response that they get without
    /// it. It shows no header, path, query or body of the request. The text of your errors is shown as it is.
    ///
    /// A release build does not have the page: its code is compiled only with `debug_assertions`, and without them this method changes
    /// nothing. The setting is that of the profile with which Avocet is compiled, so a release profile that sets `debug-assertions = true`
    /// has the page. To know the places of panics, `App::build` adds a panic hook, which calls the previous one.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/items")]
    /// async fn items() -> Result<u32, HttpError> { Ok("many".parse::<u32>()?) }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").development_errors().routes(routes![items]);
    /// let client = TestClient::new(app.build()?);
    /// let page = client.get("/items").header("accept", "text/html").send().await.text().await;
    /// assert_eq!(page.contains("invalid digit found in string"), cfg!(debug_assertions));
    /// # Ok(())
    /// # }
    /// ```
    pub fn development_errors(self) -> Self {
        Self {
            error_pages: self.error_pages.for_developers(),
            ..self
        }
    }
}
