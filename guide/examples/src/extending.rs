//! The chapter "Extending Avocet".

use avocet::prelude::*;

/// List the items.
#[get("/items")]
pub async fn items() -> Vec<u32> {
    vec![1, 2]
}

// ANCHOR: extractor
use avocet::extract::{Extractor, FromContext, Rejection, RequestContext};
use avocet::model::Schema;
use avocet::operation::{Parameter, ParameterLocation};

/// The tenant that a request is for.
#[derive(Debug, PartialEq)]
pub struct Tenant(pub String);

/// Reads the tenant from the header `x-tenant`.
#[derive(Default)]
pub struct TenantHeader;

impl Extractor for TenantHeader {
    type Value = Tenant;

    fn describe(&self, operation: &mut Operation) {
        let header = ParameterLocation::Header;
        operation
            .parameters
            .push(Parameter::new(header, "x-tenant", Schema::string(), true));
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Tenant, Rejection> {
        let header = context.headers().get("x-tenant");
        let tenant = header.and_then(|tenant| tenant.to_str().ok());
        let missing =
            || HttpError::new(StatusCode::BAD_REQUEST, "The header `x-tenant` is missing");
        Ok(Tenant(tenant.ok_or_else(missing)?.to_owned()))
    }
}

impl FromContext for Tenant {
    type Extractor = TenantHeader;
}

/// Name the tenant.
#[get("/tenant")]
pub async fn tenant(#[extract] tenant: Tenant) -> String {
    tenant.0
}
// ANCHOR_END: extractor

// ANCHOR: middleware
use avocet::layer::{Next, Request};
use avocet::response::Response;
use http::{HeaderName, HeaderValue};

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
            // Here a program would connect to its database. An error ends the start with its reason.
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

// ANCHOR: plugin
use avocet::plugin::{Call, Plan, Plugin};

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
        let mut mistakes = Vec::new();
        for operation in plan.operations() {
            let Some(Tool(name)) = operation.extension::<Tool>() else {
                continue;
            };
            if operation.summary.is_empty() {
                mistakes.push(format!("the tool `{name}` has no summary"));
            }
            tools.push(((*name).to_owned(), operation.id.clone()));
        }
        mistakes
            .into_iter()
            .for_each(|mistake| plan.mistake(mistake));

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

/// Answer in time.
#[get("/answer")]
pub async fn answer() -> Result<String, HttpError> {
    // What the handler calls finds the deadline of the request, also in another task or thread.
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
