//! The chapter "Extending Avocet".

use avocet::prelude::*;

/// List the items.
#[get("/items")]
pub async fn items() -> Vec<u32> {
    vec![1, 2]
}

// ANCHOR: extractor
use avocet::extract::{Extractor, FromContext, Header, Rejection, RequestContext};

/// The priority of a job.
#[derive(Debug, PartialEq)]
pub struct Priority(pub u8);

/// Reads the priority from the header `x-priority`.
pub struct PriorityHeader(Header<u8>);

impl Default for PriorityHeader {
    fn default() -> Self {
        Self(Header::new("x-priority"))
    }
}

impl Extractor for PriorityHeader {
    type Value = Priority;

    fn describe(&self, operation: &mut Operation) {
        self.0.describe(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Priority, Rejection> {
        Ok(Priority(self.0.extract(context).await?))
    }
}

impl FromContext for Priority {
    type Extractor = PriorityHeader;
}

/// Return the priority.
#[get("/priority")]
pub async fn priority(#[extract] priority: Priority) -> u8 {
    priority.0
}
// ANCHOR_END: extractor

// ANCHOR: extractor_in_full
use avocet::extract::State;
use avocet::operation::{DocumentedError, ErrorBody};
use avocet::read::{Location, ValidationError};

/// The tenants of the application, a state.
#[derive(Clone)]
pub struct Tenants {
    pub active: Vec<String>,
    pub suspended: Vec<String>,
}

/// The tenant that a request is for.
#[derive(Debug, PartialEq)]
pub struct Tenant(pub String);

/// Reads the tenant from the header `x-tenant`.
pub struct TenantHeader {
    name: Header<String>,
    tenants: State<Tenants>,
}

impl Default for TenantHeader {
    fn default() -> Self {
        Self {
            name: Header::new("x-tenant"),
            tenants: State::new(),
        }
    }
}

impl Extractor for TenantHeader {
    type Value = Tenant;

    fn describe(&self, operation: &mut Operation) {
        self.name.describe(operation);
        // The build reports an application without this state.
        self.tenants.describe(operation);
        operation.errors.push(DocumentedError {
            status: Some(StatusCode::FORBIDDEN),
            description: "The tenant is suspended".to_owned(),
            body: ErrorBody::Message,
        });
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Tenant, Rejection> {
        let name = self.name.extract(context).await?;
        let tenants = self.tenants.extract(context).await?;
        if tenants.suspended.contains(&name) {
            // An error that ends the request.
            return Err(HttpError::new(StatusCode::FORBIDDEN, "The tenant is suspended").into());
        }
        if !tenants.active.contains(&name) {
            // A validation error: the 422 also has those of all other arguments.
            let location = Location::root("header");
            let error = ValidationError::value_error("is not a tenant");
            context
                .errors_mut()
                .add(&location.member("x-tenant"), error);
            return Err(Rejection::Invalid);
        }
        Ok(Tenant(name))
    }
}

impl FromContext for Tenant {
    type Extractor = TenantHeader;
}

/// Return the name of the tenant.
#[get("/tenant")]
pub async fn tenant(#[extract] tenant: Tenant) -> String {
    tenant.0
}
// ANCHOR_END: extractor_in_full

// ANCHOR: middleware
use avocet::http::{HeaderName, HeaderValue};
use avocet::layer::{Next, Request};
use avocet::response::Response;

/// Adds the path template of the operation to each response, and rejects writes while the shop is closed.
async fn closed(request: Request, next: Next) -> Result<Response, HttpError> {
    if !request.method().is_safe() {
        return Err(HttpError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The shop is closed",
        ));
    }
    let route = request.operation().map(|operation| operation.path.clone());
    let mut response = next.run(request).await;
    if let Some(Ok(route)) = route.map(HeaderValue::try_from) {
        let name = HeaderName::from_static("x-route");
        response.headers_mut().insert(name, route);
    }
    Ok(response)
}

pub fn with_middleware() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![items])
        .middleware(closed)
}
// ANCHOR_END: middleware

// ANCHOR: layer
use tower_http::timeout::TimeoutLayer;

fn five_seconds() -> TimeoutLayer {
    let limit = std::time::Duration::from_secs(5);
    TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limit)
}

/// Build a report.
#[get("/report", layer = five_seconds())]
pub async fn report() -> String {
    "two items".to_owned()
}
// ANCHOR_END: layer

// ANCHOR: mount
pub fn with_mount() -> App {
    let legacy = axum::Router::new().route("/status", axum::routing::get(|| async { "fine" }));
    App::new("Shop", "1.0.0")
        .routes(routes![items])
        .mount("/legacy", legacy)
}
// ANCHOR_END: mount

// ANCHOR: provide
#[derive(Clone)]
pub struct Catalogue(Vec<String>);

/// Count the catalogue.
#[get("/size")]
pub async fn size(#[state] catalogue: Catalogue) -> usize {
    catalogue.0.len()
}

pub fn with_state() -> App {
    App::new("Shop", "1.0.0")
        .provide(|_| async {
            // Here a program would connect to its database. If this returns an error, the start fails.
            let names = tokio::task::spawn_blocking(|| vec!["tea".to_owned(), "cup".to_owned()]);
            Ok(Catalogue(names.await?))
        })
        .on_stop(|| async { println!("closed") })
        .routes(routes![size])
}
// ANCHOR_END: provide

// ANCHOR: named_state
/// Compare the catalogue with its copy.
#[get("/copied")]
pub async fn copied(#[state] catalogue: Catalogue, #[state("replica")] replica: Catalogue) -> bool {
    catalogue.0 == replica.0
}

pub fn with_two_states() -> App {
    let catalogue = Catalogue(vec!["tea".to_owned()]);
    App::new("Shop", "1.0.0")
        .state(catalogue.clone())
        .named_state("replica", catalogue)
        .routes(routes![copied])
}
// ANCHOR_END: named_state

// ANCHOR: component
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use avocet::lifecycle::{Component, Start};
use avocet::response::BodyError;

/// A model that takes a while to load.
#[derive(Clone, Default)]
pub struct Model {
    loaded: Arc<AtomicBool>,
}

impl Component for Model {
    fn name(&self) -> &str {
        "model"
    }

    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        self.loaded.store(true, Ordering::Release);
        Ok(())
    }

    async fn ready(&self) -> Result<(), String> {
        match self.loaded.load(Ordering::Acquire) {
            true => Ok(()),
            false => Err("the model is not loaded".to_owned()),
        }
    }

    async fn stop(&self) {
        self.loaded.store(false, Ordering::Release);
    }
}

pub fn with_component() -> App {
    let health = avocet::observe::Health::new();
    App::new("Shop", "1.0.0")
        .health(health)
        .component(Model::default())
}
// ANCHOR_END: component

// ANCHOR: small_plugin
use avocet::plugin::{Plan, Plugin};

/// Serves the list of all operations as text.
pub struct OperationList;

impl Plugin for OperationList {
    fn name(&self) -> &str {
        "operation list"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let lines = plan.operations();
        let lines = lines.map(|operation| format!("{} {}\n", operation.method, operation.path));
        let page: String = lines.collect();
        let list = Operation::get("/operations").id("operation_list").hidden();
        plan.route(list.handle((), move |()| {
            let page = page.clone();
            async { PlainText(page) }
        }));
    }
}

pub fn with_small_plugin() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![items])
        .plugin(OperationList)
}
// ANCHOR_END: small_plugin

// ANCHOR: plugin
use avocet::plugin::Call;

/// Makes an operation a tool, under this name.
pub struct Tool(pub &'static str);

/// Serves the list of all tools, and calls a tool by its name.
pub struct Tools;

impl Plugin for Tools {
    fn name(&self) -> &str {
        "tools"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let mut tools = Vec::new();
        for operation in plan.operations() {
            let Some(Tool(name)) = operation.extension::<Tool>() else {
                continue;
            };
            if operation.summary.is_empty() {
                plan.mistake_at(operation, format!("the tool `{name}` has no summary"));
            }
            tools.push(((*name).to_owned(), operation.id.clone()));
        }

        let names: Vec<String> = tools.iter().map(|(name, _)| name.clone()).collect();
        let list = Operation::get("/tools").id("list_tools");
        plan.route(list.handle((), move |()| {
            let names = names.clone();
            async { names }
        }));

        let calls = plan.calls();
        let call = Operation::post("/tools/{name}").id("call_tool");
        let name = avocet::extract::Path::<String>::new("name");
        plan.route(call.handle((name,), move |(name,)| {
            let (calls, tools) = (calls.clone(), tools.clone());
            async move {
                let tool = tools.into_iter().find(|(known, _)| *known == name);
                let (_, operation) =
                    tool.ok_or(HttpError::new(StatusCode::NOT_FOUND, "No such tool"))?;
                calls
                    .call(Call::of(operation))
                    .await
                    .map_err(HttpError::internal)
            }
        }));
    }
}

/// Count the items.
#[get("/count", extend = Tool("counter"))]
pub async fn count() -> u32 {
    2
}

pub fn with_plugin() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![count])
        .plugin(Tools)
}
// ANCHOR_END: plugin

// ANCHOR: reexport
/// Stands for a crate that re-exports Avocet.
pub mod framework {
    pub use avocet;
}

#[framework::avocet::prelude::model(crate = framework::avocet)]
pub struct Order {
    id: u32,
}

#[framework::avocet::prelude::get("/orders/{id}", crate = framework::avocet)]
pub async fn order(id: u32) -> Order {
    Order { id }
}
// ANCHOR_END: reexport

// ANCHOR: deadline
use std::time::Duration;

use avocet::context::Context;

/// Return whether the deadline is set.
#[get("/answer")]
pub async fn answer() -> Result<String, HttpError> {
    // Code that the handler calls has the deadline of the request, also in a different task or thread.
    let context = Context::current();
    let question = tokio::spawn(context.scope(async {
        let deadline = Context::current().deadline();
        deadline.map(|deadline| deadline.remaining() <= Duration::from_secs(2))
    }));
    Ok(format!("{:?}", question.await?))
}

pub fn with_time_limit() -> App {
    App::new("Shop", "1.0.0")
        .time_limit(Duration::from_secs(2))
        .routes(routes![answer])
}
// ANCHOR_END: deadline
