//! Layers, middleware and mounts of an application, a router and a route.

use std::any::Any;
use std::future::Future;

use super::{App, Service};
use crate::layer::{Mountable, Next, Outcome, PendingMount, Request, ServiceLayer};
use crate::lifecycle::InnerApplication;
use crate::route::{Route, Router};

impl App {
    /// Adds a [`Middleware`](crate::layer::Middleware) or a tower layer around all routes and mounts, outside the existing layers.
    ///
    /// It runs for every request, also without a matching route. See [`layer`](crate::layer) for the order.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    /// use tower_http::cors::CorsLayer;
    ///
    /// #[get("/")]
    /// async fn hello() -> &'static str { "Hello" }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Hello", "1.0.0").routes(routes![hello]).layer(CorsLayer::permissive());
    /// let client = TestClient::new(app.build()?);
    /// let preflight = client.options("/").header("origin", "https://example.com").header("access-control-request-method", "GET");
    /// assert_eq!(preflight.send().await.header("access-control-allow-origin"), "*");
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn layer<Kind>(mut self, layer: impl ServiceLayer<Kind>) -> Self {
        self.layers.layer(layer);
        self
    }

    /// Adds a middleware around all routes and mounts, outside the existing layers.
    ///
    /// ```
    /// use std::time::Instant;
    ///
    /// use avocet::layer::{Next, Request};
    /// use avocet::response::Response;
    ///
    /// async fn log_slow_requests(request: Request, next: Next) -> Response {
    ///     let started = Instant::now();
    ///     let path = request.uri().path().to_owned();
    ///     let response = next.run(request).await;
    ///     if started.elapsed().as_secs() > 1 {
    ///         tracing::warn!(path, "a slow request");
    ///     }
    ///     response
    /// }
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").middleware(log_slow_requests);
    /// ```
    pub fn middleware<F, Fut>(mut self, middleware: F) -> Self
    where
        F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Outcome> + Send + 'static,
    {
        self.layers.middleware(middleware);
        self
    }

    /// Mounts a tower service under a prefix, for every method: an axum router, a tonic service, another application.
    ///
    /// The routes come first: the service gets the requests under its prefix that match none of them. It sees the path without the prefix;
    /// the [`OriginalUri`](crate::layer::OriginalUri) is in the extensions. The prefix `/` takes everything that has no route. Of several
    /// prefixes the longest wins. A mounted service is not in the document, and limits the bodies that it reads itself. In logs, traces and
    /// metrics its requests have the route `/legacy/{path:path}`, with the prefix of the mount.
    ///
    /// A mounted application of Avocet has a document of its own, below its prefix, and starts and stops with this one (see
    /// [`lifecycle`](crate::lifecycle)). A request for the prefix without a slash is redirected
    /// to `/legacy/`; any other service receives it as `/`.
    ///
    /// A prefix that is no literal path, and two services at one prefix, are a [`BuildError`](crate::BuildError). So is a mount in an
    /// application that [denies by default](Self::deny_by_default), which takes [`mount_public`](Self::mount_public).
    ///
    /// ```
    /// use avocet::testing::TestClient;
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let legacy = axum::Router::new().route("/greet/{name}", axum::routing::get(|axum::extract::Path(name): axum::extract::Path<String>| async move { name }));
    /// let app = avocet::App::new("Shop", "1.0.0").mount("/legacy", legacy);
    /// let client = TestClient::new(app.build()?);
    /// assert_eq!(client.get("/legacy/greet/ann").send().await.text().await, "ann");
    /// # Ok(())
    /// # }
    /// ```
    pub fn mount<M>(mut self, prefix: impl Into<String>, service: M) -> Self
    where
        M: Mountable + Sync + 'static,
    {
        self.add_mount(prefix.into(), service, false);
        self
    }

    /// Mounts a service as [`mount`](Self::mount) does, also in an application that [denies by default](Self::deny_by_default): anyone may
    /// call it, or it checks its callers itself. What the application [requires](Self::requires) does not run for it.
    ///
    /// ```
    /// let pages = axum::Router::new().route("/", axum::routing::get(|| async { "Welcome" }));
    /// let app = avocet::App::new("Shop", "1.0.0").deny_by_default().mount_public("/welcome", pages);
    /// assert!(app.build().is_ok());
    /// ```
    pub fn mount_public<M>(mut self, prefix: impl Into<String>, service: M) -> Self
    where
        M: Mountable + Sync + 'static,
    {
        self.add_mount(prefix.into(), service, true);
        self
    }

    fn add_mount<M>(&mut self, prefix: String, service: M, is_public: bool)
    where
        M: Mountable + Sync + 'static,
    {
        let application = (&service as &dyn Any).downcast_ref::<Service>().cloned();
        let mount = PendingMount::new(prefix, service).redirecting_prefix(application.is_some());
        self.mounts
            .push(if is_public { mount.public() } else { mount });
        self.inside.extend(application.map(InnerApplication::from));
    }
}

impl Router {
    /// Adds a [`Middleware`](crate::layer::Middleware) or a tower layer around each route of the router, outside the existing layers.
    ///
    /// ```
    /// use tower_http::cors::CorsLayer;
    ///
    /// let api = avocet::Router::new("/api").layer(CorsLayer::permissive());
    /// ```
    #[track_caller]
    pub fn layer<Kind>(mut self, layer: impl ServiceLayer<Kind>) -> Self {
        self.layers.layer(layer);
        self
    }

    /// Adds a middleware around each route of the router, outside the existing layers.
    ///
    /// ```
    /// use avocet::layer::{Next, Request};
    ///
    /// let admin = avocet::Router::new("/admin").middleware(|request: Request, next: Next| next.run(request));
    /// ```
    pub fn middleware<F, Fut>(mut self, middleware: F) -> Self
    where
        F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Outcome> + Send + 'static,
    {
        self.layers.middleware(middleware);
        self
    }
}

impl Route {
    /// Adds a [`Middleware`](crate::layer::Middleware) or a tower layer around the route, outside the existing layers.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use avocet::operation::Operation;
    /// use tower_http::timeout::TimeoutLayer;
    ///
    /// let timeout = TimeoutLayer::with_status_code(http::StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(5));
    /// let route = Operation::get("/").handle((), |()| async { "hello" }).layer(timeout);
    /// ```
    #[track_caller]
    pub fn layer<Kind>(mut self, layer: impl ServiceLayer<Kind>) -> Self {
        self.layers.layer(layer);
        self
    }

    /// Adds a middleware around the route, outside the existing layers.
    ///
    /// ```
    /// use avocet::layer::{Next, Request};
    /// use avocet::operation::Operation;
    ///
    /// let route = Operation::get("/").handle((), |()| async { 1 }).middleware(|request: Request, next: Next| next.run(request));
    /// ```
    pub fn middleware<F, Fut>(mut self, middleware: F) -> Self
    where
        F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: Outcome> + Send + 'static,
    {
        self.layers.middleware(middleware);
        self
    }
}
