//! A middleware that rejects requests while the service is in maintenance.
//!
//! Operations with the extension [`AlwaysOpen`] and requests without an operation, such as a preflight request, continue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use avocet::App;
use avocet::layer::{Next, Request};
use avocet::response::{HttpError, Response};
use http::{HeaderValue, StatusCode, header};

/// Marks an operation that also works during maintenance.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysOpen;

/// The switch.
///
/// ```
/// let maintenance = maintenance::Maintenance::default();
/// let app = maintenance.around(avocet::App::new("Shop", "1.0.0"));
/// maintenance.begin();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Maintenance(Arc<AtomicBool>);

impl Maintenance {
    /// Rejects requests from now on.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Accepts requests again.
    pub fn end(&self) {
        self.0.store(false, Ordering::Release);
    }

    /// Adds the middleware to an application.
    pub fn around(&self, app: App) -> App {
        let switch = self.clone();
        app.middleware(move |request, next| switch.clone().handle(request, next))
    }

    async fn handle(self, request: Request, next: Next) -> Result<Response, HttpError> {
        let operation = request.operation();
        let is_open =
            operation.is_none_or(|operation| operation.extension::<AlwaysOpen>().is_some());
        if self.0.load(Ordering::Acquire) && !is_open {
            let error = HttpError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The service is in maintenance",
            );
            return Err(error.header(header::RETRY_AFTER, HeaderValue::from_static("60")));
        }
        Ok(next.run(request).await)
    }
}

#[cfg(test)]
mod tests {
    use avocet::operation::Operation;
    use avocet::testing::TestClient;

    use super::*;

    #[tokio::test]
    async fn only_what_is_always_open_works_in_maintenance() {
        let open = Operation::get("/status").id("status").extend(AlwaysOpen);
        let closed = Operation::get("/items").id("items");
        let app = App::new("Shop", "1.0.0").routes([
            open.handle((), |()| async { "ok" }),
            closed.handle((), |()| async { 1 }),
        ]);
        let maintenance = Maintenance::default();
        let client = TestClient::new(maintenance.around(app).build().expect("it builds"));
        assert_eq!(client.get("/items").send().await.status(), 200);
        maintenance.begin();
        let response = client.get("/items").send().await;
        assert_eq!(
            (response.status().as_u16(), response.header("retry-after")),
            (503, "60")
        );
        assert_eq!(client.get("/status").send().await.status(), 200);
        assert_eq!(client.options("/items").send().await.status(), 204);
        maintenance.end();
        assert_eq!(client.get("/items").send().await.status(), 200);
    }
}
