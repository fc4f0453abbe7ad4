//! `VirtualHost`: an application of its own for some hosts.

use std::sync::Arc;

use avocet::Service;
use avocet::layer::{Middleware, Next, Request};
use avocet::lifecycle::InnerApplication;
use avocet::response::{HttpError, Response};
use tower_service::Service as _;

use super::patterns::Patterns;
use super::requested::requested_host;

/// Gives the requests for some hosts to another application, with its own routes, document, error format and layers. All other requests go
/// on.
///
/// A host is a name, an address, or `*.` and a name for all names below it, with or without a port; upper and lower case are the same.
/// Behind a [trusted proxy](avocet::serve::Server::trust_proxies) the forwarded host counts. Layers outside it, which are
/// added after it, run for both applications; those added before it do not see the requests for its hosts.
///
/// The states, hooks and components of the other application start and stop with this one: see [`lifecycle`](avocet::lifecycle).
///
/// An invalid host is a [`BuildError`](avocet::BuildError).
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::VirtualHost;
///
/// #[get("/")]
/// async fn shop() -> &'static str { "Shop" }
///
/// #[get("/")]
/// async fn staff() -> &'static str { "Staff" }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let inner = App::new("Staff", "1.0.0").routes(routes![staff]).build()?;
/// let app = App::new("Shop", "1.0.0")
///     .routes(routes![shop])
///     .layer(VirtualHost::new(["staff.shop.example"], inner));
/// let client = TestClient::new(app.build()?);
/// let page = async |host: &str| client.get("/").header("host", host).send().await.text().await;
/// assert_eq!(page("shop.example").await, "\"Shop\"");
/// assert_eq!(page("staff.shop.example").await, "\"Staff\"");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct VirtualHost {
    hosts: Patterns,
    service: Service,
}

impl VirtualHost {
    /// Creates the middleware for a built application and its hosts.
    ///
    /// ```
    /// use avocet::App;
    /// use avocet_middleware::VirtualHost;
    ///
    /// # fn main() -> Result<(), avocet::BuildError> {
    /// let customers = App::new("Customers", "1.0.0").build()?;
    /// let app = App::new("Shop", "1.0.0").layer(VirtualHost::new(["*.customers.example"], customers));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<T: Into<String>>(hosts: impl IntoIterator<Item = T>, service: Service) -> Self {
        Self {
            hosts: Patterns::new(hosts),
            service,
        }
    }
}

impl Middleware for VirtualHost {
    fn check(&self) -> Vec<String> {
        self.hosts.mistakes("VirtualHost")
    }

    fn applications(&self) -> Vec<InnerApplication> {
        vec![self.service.clone().into()]
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let host = requested_host(&request);
        if host.is_none_or(|host| self.hosts.accept(&host).is_none()) {
            return Ok(next.run(request).await);
        }
        let mut service = self.service.clone();
        let Ok(response) = service.call(request.into_inner()).await;
        Ok(response)
    }
}
