//! `Plugin`, and the application that it is added to.

use std::sync::Arc;

use serde_json::Value;

use super::Calls;
use crate::lifecycle::{Component, Steps};
use crate::operation::{Mistake, Operation};
use crate::response::ErrorFormat;
use crate::route::{IntoRoute, Route, Router};

/// An addition to an application: it reads the operations at build and adds routes, components and checks.
///
/// ```
/// use avocet::plugin::{Plan, Plugin};
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// /// Serves the list of all operations as text.
/// struct OperationList;
///
/// impl Plugin for OperationList {
///     fn name(&self) -> &str {
///         "operation list"
///     }
///
///     fn build(self: Box<Self>, plan: &mut Plan<'_>) {
///         let lines = plan.operations().map(|operation| format!("{} {}\n", operation.method, operation.path));
///         let page: String = lines.collect();
///         let list = Operation::get("/operations").id("operation_list").hidden();
///         plan.route(list.handle((), move |()| { let page = page.clone(); async { PlainText(page) } }));
///     }
/// }
///
/// #[get("/items/{id}")]
/// async fn item(#[path] id: u32) -> u32 { id }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").routes(routes![item]).plugin(OperationList);
/// let client = TestClient::new(app.build()?);
/// assert_eq!(client.get("/operations").send().await.text().await, "GET /items/{id}\n");
/// # Ok(())
/// # }
/// ```
pub trait Plugin: Send + 'static {
    /// Returns the name, for messages about mistakes.
    fn name(&self) -> &str;

    /// Adds to the application. The plugins of an application build in the order in which they were added.
    fn build(self: Box<Self>, plan: &mut Plan<'_>);
}

/// The interface of a plugin to the application that is being built: it lists the operations, and adds routes, components and mistakes.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The name of the plugin.
    pub(crate) plugin: String,
    pub(crate) title: &'a str,
    pub(crate) version: &'a str,
    pub(crate) routes: &'a [Route],
    pub(crate) added: Vec<Route>,
    /// The error formats of added routers by their prefixes.
    pub(crate) error_scopes: Vec<(String, ErrorFormat)>,
    /// Descriptions of tags, by their names.
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) steps: &'a mut Steps,
    /// Descriptions of security schemes, by their names.
    pub(crate) schemes: Vec<(String, Value)>,
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) calls: Calls,
}

impl<'a> Plan<'a> {
    /// Returns the title of the application.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// # fn shown(plan: &Plan<'_>) -> String {
    /// format!("Pages of {}", plan.title())
    /// # }
    /// ```
    pub fn title(&self) -> &str {
        self.title
    }

    /// Returns the version of the application.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// # fn shown(plan: &Plan<'_>) -> String {
    /// format!("{} {}", plan.title(), plan.version())
    /// # }
    /// ```
    pub fn version(&self) -> &str {
        self.version
    }

    /// Returns the operations of the application and of the plugins that were added earlier, in the order of their routes.
    ///
    /// Their ids are complete. A summary is empty if the application sets none: the document has one that is made from the name of the
    /// function.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// fn tagged(plan: &Plan<'_>) -> usize {
    ///     plan.operations().filter(|operation| operation.tags.iter().any(|tag| tag == "tools")).count()
    /// }
    /// ```
    pub fn operations(&self) -> impl Iterator<Item = &'a Operation> + use<'a> {
        self.routes.iter().map(Route::operation)
    }

    /// Adds a route.
    ///
    /// ```
    /// # use avocet::{operation::Operation, plugin::Plan};
    /// # fn add(plan: &mut Plan<'_>) {
    /// plan.route(Operation::get("/ping").id("ping").handle((), |()| async { "pong" }));
    /// # }
    /// ```
    pub fn route(&mut self, route: impl IntoRoute) {
        self.added.push(route.into_route());
    }

    /// Adds the routes of a router, with its prefix, error format, requirements and layers.
    ///
    /// ```
    /// # use avocet::{Router, operation::Operation, plugin::Plan};
    /// # fn add(plan: &mut Plan<'_>) {
    /// let ping = Operation::get("/ping").id("ping").handle((), |()| async { "pong" });
    /// plan.router(Router::new("/tools").routes([ping]));
    /// # }
    /// ```
    pub fn router(&mut self, router: Router) {
        let (added, scopes) = router.into_parts();
        self.added.extend(added);
        self.error_scopes.extend(scopes);
    }

    /// Describes a tag of the added routes, for the document's `tags`. A description of the application overrides it.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// # fn add(plan: &mut Plan<'_>) {
    /// plan.describe_tag("tools", "Functions that an agent can call.");
    /// # }
    /// ```
    pub fn describe_tag(&mut self, name: impl Into<String>, description: impl Into<String>) {
        self.tags.push((name.into(), description.into()));
    }

    /// Adds a component, which starts after those of the application and stops before them.
    ///
    /// ```
    /// # use avocet::{lifecycle::Component, plugin::Plan};
    /// # fn add(plan: &mut Plan<'_>, runner: impl Component) {
    /// plan.component(runner);
    /// # }
    /// ```
    pub fn component(&mut self, component: impl Component) {
        self.steps.component(Arc::new(component));
    }

    /// Sets the description of a security scheme in all operations that require it by this name, for a scheme whose extractor does not know
    /// the settings of the plugin, such as the name of a cookie.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// # fn describe(plan: &mut Plan<'_>) {
    /// plan.security_scheme("Session", serde_json::json!({"type": "apiKey", "in": "cookie", "name": "shop"}));
    /// # }
    /// ```
    pub fn security_scheme(&mut self, name: impl Into<String>, scheme: Value) {
        self.schemes.push((name.into(), scheme));
    }

    /// Reports a mistake in the application: the build fails, and its error has this sentence with the name of the plugin.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// # fn check(plan: &mut Plan<'_>) {
    /// plan.mistake("the tool `search` has no description: write a doc comment above the function");
    /// # }
    /// ```
    pub fn mistake(&mut self, what: impl Into<String>) {
        let what = self.named(&what.into());
        self.mistakes.push(Mistake::at(what, []));
    }

    /// Reports a mistake of an operation: the message has the location of the operation in the source.
    ///
    /// ```
    /// # use avocet::plugin::Plan;
    /// fn check(plan: &mut Plan<'_>) {
    ///     for operation in plan.operations() {
    ///         if operation.description.is_empty() {
    ///             plan.mistake_at(operation, "a tool needs a description: write a doc comment above the function");
    ///         }
    ///     }
    /// }
    /// ```
    pub fn mistake_at(&mut self, operation: &Operation, what: impl Into<String>) {
        let what = self.named(&what.into());
        self.mistakes.push(Mistake::new(what, &[operation]));
    }

    fn named(&self, what: &str) -> String {
        format!("the plugin `{}`: {what}", self.plugin)
    }

    /// Returns a handle that calls operations of the application. It works when the application is built.
    ///
    /// ```
    /// # use avocet::plugin::{Calls, Plan};
    /// # fn calls(plan: &Plan<'_>) -> Calls {
    /// plan.calls()
    /// # }
    /// ```
    pub fn calls(&self) -> Calls {
        self.calls.clone()
    }
}
