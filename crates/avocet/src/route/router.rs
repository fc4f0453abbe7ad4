//! `Router`: routes under a common prefix.

use super::{IntoRoute, Route};
use crate::depend::Requirement;
use crate::layer::Layers;
use crate::response::ErrorFormat;

/// Routes under a common prefix, with common tags.
///
/// A handler reads a variable in the prefix with `#[path]`. A route with an empty path is at the prefix itself.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("")]
/// async fn tenant(#[path] tenant: String) -> String {
///     tenant
/// }
///
/// #[get("/items")]
/// async fn items(#[path] tenant: String) -> String {
///     tenant
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let tenants = Router::new("/tenants/{tenant}").tag("tenants").routes(routes![tenant, items]);
/// let app = App::new("Shop", "1.0.0").router(Router::new("/v1").router(tenants));
/// let client = TestClient::new(app.build()?);
/// assert_eq!(client.get("/v1/tenants/ann").send().await.json::<String>().await, "ann");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Router {
    prefix: String,
    tags: Vec<String>,
    routes: Vec<Route>,
    deprecated: bool,
    /// Statuses with the descriptions of their responses.
    responses: Vec<(String, String)>,
    errors: Option<ErrorFormat>,
    /// The inner routers that have an error format, by their prefixes.
    inner: Vec<(String, ErrorFormat)>,
    pub(crate) layers: Layers,
    pub(crate) requirements: Vec<Requirement>,
}

impl Router {
    /// Creates a router for paths that begin with `prefix`.
    ///
    /// ```
    /// let v1 = avocet::Router::new("/v1");
    /// ```
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            tags: Vec::new(),
            routes: Vec::new(),
            deprecated: false,
            responses: Vec::new(),
            errors: None,
            inner: Vec::new(),
            layers: Layers::default(),
            requirements: Vec::new(),
        }
    }

    /// Adds a tag to all its operations.
    ///
    /// ```
    /// let v1 = avocet::Router::new("/v1").tag("version 1");
    /// ```
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Marks all its operations as deprecated.
    ///
    /// ```
    /// let v1 = avocet::Router::new("/v1").deprecated();
    /// ```
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Describes the response with a status of all its operations, as [`Operation::describe_response`] does. The description of an inner
    /// router or of an operation overrides it.
    ///
    /// ```
    /// let admin = avocet::Router::new("/admin").describe_response("403", "Staff only");
    /// ```
    ///
    /// [`Operation::describe_response`]: crate::operation::Operation::describe_response
    pub fn describe_response(
        mut self,
        status: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.responses.push((status.into(), description.into()));
        self
    }

    /// Sets the format of the errors of its routes, on the wire and in the document. It overrides the format of the application and of
    /// an outer router.
    ///
    /// It applies to all errors of its routes: rejected requests, validation errors, errors of the handler and panics. A path that no route
    /// matches has the format of the router with the longest prefix of that path, or of the application if no router with a format has one.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::response::ErrorFormat;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/items")]
    /// async fn items(#[query] page: u32) -> u32 { page }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let v2 = Router::new("/v2").error_format(ErrorFormat::ProblemDetails).routes(routes![items]);
    /// let client = TestClient::new(App::new("Shop", "1.0.0").router(v2).build()?);
    /// let response = client.get("/v2/items").send().await;
    /// assert_eq!(response.headers()["content-type"], "application/problem+json");
    /// # Ok(())
    /// # }
    /// ```
    pub fn error_format(mut self, format: impl Into<ErrorFormat>) -> Self {
        self.errors = Some(format.into());
        self
    }

    /// Adds routes.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// let v1 = avocet::Router::new("/v1").routes([Operation::get("/one").id("one").handle((), |()| async { 1 })]);
    /// ```
    pub fn routes<R: IntoRoute>(mut self, routes: impl IntoIterator<Item = R>) -> Self {
        self.routes
            .extend(routes.into_iter().map(IntoRoute::into_route));
        self
    }

    /// Adds the routes of a router inside this one.
    ///
    /// ```
    /// use avocet::Router;
    ///
    /// let api = Router::new("/api").router(Router::new("/v1"));
    /// ```
    pub fn router(mut self, inner: Self) -> Self {
        let (routes, scopes) = inner.into_parts();
        self.routes.extend(routes);
        self.inner.extend(scopes);
        self
    }

    /// Returns the routes with prefix and tags, and the error formats by prefix; the tags of the outer router come first.
    pub(crate) fn into_parts(self) -> (Vec<Route>, Vec<(String, ErrorFormat)>) {
        let Self {
            prefix,
            tags,
            mut routes,
            deprecated,
            responses,
            errors,
            mut inner,
            layers,
            requirements,
        } = self;
        for (path, _) in &mut inner {
            path.insert_str(0, &prefix);
        }
        for route in &mut routes {
            route.layers.extend(&layers);
            route.require_first(&requirements);
            let operation = route.operation_mut();
            operation.error_format = operation.error_format.or(errors);
            operation.path.insert_str(0, &prefix);
            operation.deprecated |= deprecated;
            operation.describe_responses_first(&responses);
            operation.tags.splice(0..0, tags.iter().cloned());
        }
        inner.extend(errors.map(|errors| (prefix, errors)));
        (routes, inner)
    }
}
