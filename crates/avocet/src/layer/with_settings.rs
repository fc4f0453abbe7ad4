//! `Middleware`: a middleware that is a value with settings.

use std::future::Future;
use std::sync::Arc;

use super::middleware::{Next, Request};
use crate::lifecycle::InnerApplication;
use crate::operation::Operation;
use crate::response::{HttpError, Response};

/// A middleware that is a value with settings. It checks them when the application is built, and joins the document.
///
/// Every `layer` method takes one, like a tower layer: [`App::layer`](crate::App::layer), [`Router::layer`](crate::Router::layer),
/// [`Route::layer`](crate::route::Route::layer) and `layer = value` in a route attribute. A middleware without settings can be a function
/// for [`App::middleware`](crate::App::middleware).
///
/// ```
/// use std::sync::Arc;
///
/// use avocet::layer::{Middleware, Next, Request};
/// use avocet::operation::{DocumentedError, ErrorBody, Operation};
/// use avocet::prelude::*;
/// use avocet::response::Response;
/// use avocet::testing::TestClient;
///
/// /// Rejects requests outside of opening hours.
/// struct OpeningHours { from: u8, to: u8, now: fn() -> u8 }
///
/// impl Middleware for OpeningHours {
///     fn check(&self) -> Vec<String> {
///         let is_valid = self.from < self.to && self.to <= 24;
///         let mistake = format!("`OpeningHours`: {} to {} is not a part of a day", self.from, self.to);
///         if is_valid { Vec::new() } else { vec![mistake] }
///     }
///
///     fn describe(&self, operation: &mut Operation) {
///         let description = "The service is closed".to_owned();
///         operation.errors.push(DocumentedError { status: Some(StatusCode::SERVICE_UNAVAILABLE), description, body: ErrorBody::Message });
///     }
///
///     async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
///         if !(self.from..self.to).contains(&(self.now)()) {
///             return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The service is closed"));
///         }
///         Ok(next.run(request).await)
///     }
/// }
///
/// #[get("/")]
/// async fn hello() -> &'static str { "Hello" }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = |from, to| App::new("Shop", "1.0.0").routes(routes![hello]).layer(OpeningHours { from, to, now: || 22 });
/// assert!(app(18, 8).build().unwrap_err().to_string().contains("18 to 8 is not a part of a day"));
///
/// let service = app(8, 18).build()?;
/// assert!(service.openapi()["paths"]["/"]["get"]["responses"].get("503").is_some());
/// assert_eq!(TestClient::new(service).get("/").send().await.status(), 503);
/// # Ok(())
/// # }
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Returns the mistakes in the settings, one sentence each. They are part of the [`BuildError`](crate::BuildError), which adds the
    /// location in the source. Name the middleware and the setting in the sentence.
    fn check(&self) -> Vec<String> {
        Vec::new()
    }

    /// Describes in the operation what the middleware adds to it, such as its errors. It is called once for each operation that the
    /// middleware is around, except those of the framework, such as the docs page.
    fn describe(&self, _operation: &mut Operation) {}

    /// Returns the applications inside it: their states, hooks and components start and stop with the application that the middleware is
    /// added to.
    fn applications(&self) -> Vec<InnerApplication> {
        Vec::new()
    }

    /// Handles a request. An error is sent in the error format of the application, the router or the route that the middleware is around.
    fn run(
        self: Arc<Self>,
        request: Request,
        next: Next,
    ) -> impl Future<Output = Result<Response, HttpError>> + Send;
}
