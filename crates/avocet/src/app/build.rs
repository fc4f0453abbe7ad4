//! Builds the service of an application.

use std::sync::Arc;
use std::time::Duration;

use super::check::{self, BuildError, Checked};
use super::error_scopes::ErrorScopes;
use super::service::Service;
use super::shared::{Served, Shared};
use super::{App, OperationIds, plugins};
use crate::docs::{self, ApiDocument};
use crate::extract::{ApplicationContext, FormBounds, RouteContext};
use crate::layer::{Layers, Mount, PendingMount};
use crate::lifecycle::{DynComponent, InnerApplication, Steps};
use crate::model::OrderedJson;
use crate::observe::{Health, Metrics, Observe};
use crate::openapi;
use crate::operation::{Mistake, Operation};
use crate::path::{Route as PathRoute, Template, Tree};
use crate::plugin::Calls;
use crate::response::{ErrorPages, ResponseContext};
use crate::route::Route;
use crate::tasks::Producers;
#[cfg(feature = "websocket")]
use crate::{observe::WebSocketMeter, websocket::WebSocketConfig};

/// How long the readiness check of a component may take.
const COMPONENT_CHECK: Duration = Duration::from_secs(1);

pub(super) fn build(mut app: App) -> Result<Service, BuildError> {
    complete_routes(&mut app);
    let calls = Calls::default();
    let from_plugins = plugins::build(&mut app, &calls);
    set_for_all(&mut app);
    from_plugins.describe_schemes(&mut app);
    #[cfg(feature = "inference")]
    app.document_overload();
    let of_layers = layer_mistakes(&app);
    let inside = applications_inside(&app);
    let pre_stop_delay = app
        .health
        .as_ref()
        .map(Health::time_to_leave)
        .unwrap_or_default();
    let from_documents = ApiDocument::remove_mistakes(&mut app.documents);
    let from_documents = from_documents.into_iter().map(|what| Mistake::at(what, []));
    let first = own_routes(&mut app, &inside);
    let first_own = first.len();
    let mut routes: Vec<Route> = first
        .into_iter()
        .chain(std::mem::take(&mut app.routes))
        .collect();
    let errors = openapi::DocumentedErrors {
        format: app.errors,
        pages: Some(&app.error_pages),
    };
    for route in &mut routes {
        complete_summary(&mut route.operation, app.operation_ids);
        openapi::register_errors(&mut route.operation, errors);
    }
    for webhook in &mut app.webhooks {
        complete_summary(webhook, app.operation_ids);
        openapi::register_errors(webhook, errors.outgoing());
    }
    let operations: Vec<&Operation> = routes.iter().map(Route::operation).collect();
    let wrong = mistakes(&app)
        .chain(from_documents)
        .chain(from_plugins.mistakes)
        .chain(of_layers);
    let checked = check::check(&operations, &app, wrong.collect())?;
    let own = operations[first_own..].iter().copied();
    let own: Vec<_> = own.zip(&checked.templates[first_own..]).collect();
    let documents = documents(&app, &own, &checked, errors);

    let mounts = PendingMount::complete(std::mem::take(&mut app.mounts), app.errors);
    let observe = Observe::new(
        &operations,
        mounts.iter().map(Mount::template),
        std::mem::take(&mut app.access_log),
        std::mem::take(&mut app.on_span),
        app.metrics.take(),
    );
    let application = Arc::new(ApplicationContext {
        title: std::mem::take(&mut app.title),
        documents,
        states: std::mem::take(&mut app.states),
        producers: Producers::new(app.limits.producers),
        upload_dir: app.upload_dir.take().map(Arc::from),
        #[cfg(feature = "compression")]
        decoded_body_bytes: app.limits.decoded_body_bytes,
        json_depth: app.limits.json_depth,
    });
    let served = routes.iter().zip(&checked.templates);
    let served = served.map(|(route, template)| {
        serve_route(route, template, &app, &application, observe.metrics())
    });
    let served = served.collect();
    let of_routes: Vec<_> = routes.iter().map(|route| route.layers.clone()).collect();
    let operations: Arc<[_]> = routes.into_iter().map(|route| route.operation).collect();
    let tree = tree(&operations, checked.templates);
    let shared = Shared {
        tree,
        served,
        operations,
        first_own,
        application,
        errors: app.errors,
        error_pages: error_pages(&mut app),
        error_scopes: ErrorScopes::new(app.error_scopes),
        observe: Arc::new(observe),
        pre_stop_delay,
        time_limit_header: app.time_limit_header.take(),
        #[cfg(feature = "inference")]
        overload_status: app.inference.overload_status,
        limits: app.limits,
    };
    let service = Service::new(shared, &app.layers, &of_routes, mounts, app.steps, inside);
    plugins::connect(&calls, &service);
    Ok(service)
}

/// Writes the documents, at least one: [`Service::openapi`] has that of an application that serves none.
fn documents(
    app: &App,
    operations: &[(&Operation, &Template)],
    checked: &Checked,
    errors: openapi::DocumentedErrors<'_>,
) -> Vec<OrderedJson> {
    let whole = [ApiDocument::new()];
    let documents = match app.documents.as_slice() {
        [] => &whole,
        documents => documents,
    };
    let write = |document: &ApiDocument| {
        let info = openapi::Info {
            title: document.own_title().unwrap_or(&app.title),
            version: &app.version,
            about: &app.about,
            shows_input: app.shows_input,
            openapi: app.openapi,
            is_partial: document.is_partial(),
        };
        let kept = operations.iter().copied();
        openapi::document(
            &info,
            kept.filter(|(operation, _)| document.keeps(operation)),
            app.webhooks.iter().filter(|it| document.keeps(it)),
            &checked.schemas,
            &checked.names,
            errors,
        )
    };
    documents.iter().map(write).collect()
}

/// Returns the responses for the statuses of errors, if the application sets any.
fn error_pages(app: &mut App) -> Option<Arc<ErrorPages>> {
    let pages = std::mem::take(&mut app.error_pages);
    #[cfg(debug_assertions)]
    if pages.is_for_developers() {
        crate::error::note_places();
    }
    (!pages.is_empty()).then(|| Arc::new(pages))
}

/// Describes what is wrong with the settings of the application.
fn mistakes(app: &App) -> impl Iterator<Item = Mistake> {
    #[cfg(feature = "inference")]
    let of_models = app.inference_mistakes();
    #[cfg(not(feature = "inference"))]
    let of_models = Vec::new();
    PendingMount::mistakes(&app.mounts, app.denies_by_default)
        .into_iter()
        .chain(app.mapped_errors.mistakes())
        .chain(app.error_pages.mistakes())
        .chain(app.docs_login.mistakes())
        .map(|what| Mistake::at(what, []))
        .chain(app.states.mistakes().iter().cloned())
        .chain(of_models)
}

/// Makes the routes of the framework, and adds the readiness of components to the health checks.
fn own_routes(app: &mut App, inside: &[InnerApplication]) -> Vec<Route> {
    // These come first, the docs as in FastAPI: a catch-all route must not hide them.
    let mut first = docs::routes(&app.documents, &app.docs_login);
    first.extend(app.metrics.as_ref().and_then(Metrics::own_route));
    #[cfg(feature = "inference")]
    first.extend(app.show_models());
    let health = app.health.take();
    let health = health.map(|health| checking_components(health, &app.steps, inside));
    first.extend(health.into_iter().flat_map(Health::into_routes));
    first
}

/// Fills in what the application sets for its routes.
fn complete_routes(app: &mut App) {
    for route in &mut app.routes {
        complete(&mut route.operation, app.operation_ids);
    }
    for webhook in &mut app.webhooks {
        complete(webhook, app.operation_ids);
    }
}

/// Adds what the application sets for its routes, those of plugins among them: time limit, requirements, responses to errors; and
/// notes what it denies.
fn set_for_all(app: &mut App) {
    for route in &mut app.routes {
        let limit = &mut route.operation.time_limit;
        *limit = limit.or(app.time_limit);
        route.require_first(&app.requirements);
        route
            .operation
            .complete_with_states(|state| app.states.of_type(state));
        app.mapped_errors.describe(&mut route.operation);
        route.layers.describe(&mut route.operation);
        app.layers.describe(&mut route.operation);
        if app.denies_by_default {
            deny_open(&mut route.operation);
        }
        app.policies.check(&mut route.operation);
    }
}

/// Returns the mistakes in the settings of layers. The layers of a router are those of each of its routes.
fn layer_mistakes(app: &App) -> Vec<Mistake> {
    let routes = app.routes.iter().map(|route| &route.layers);
    let mut mistakes: Vec<Mistake> = Vec::new();
    for mistake in routes.chain([&app.layers]).flat_map(Layers::mistakes) {
        if !mistakes.contains(mistake) {
            mistakes.push(mistake.clone());
        }
    }
    mistakes
}

/// Notes a mistake of an operation that anyone can call.
fn deny_open(operation: &mut Operation) {
    if !operation.public && operation.required_scheme().is_none() {
        operation.mistakes.push(format!(
            "`{} {}` is open to everyone: require credentials with a dependency or a security scheme, or write `public` in its attribute",
            operation.method, operation.path
        ));
    }
}

/// Returns the applications that are mounted or inside of layers. A layer of a router is one of each of its routes.
fn applications_inside(app: &App) -> Vec<InnerApplication> {
    let routes = app.routes.iter().map(|route| &route.layers);
    let layers = [&app.layers].into_iter().chain(routes);
    let of_layers = layers.flat_map(Layers::inside);
    app.inside.iter().chain(of_layers).cloned().collect()
}

/// Adds a readiness check for each component.
fn checking_components(health: Health, steps: &Steps, inside: &[InnerApplication]) -> Health {
    let own = steps.components();
    let mut checks: Vec<(String, Arc<dyn DynComponent>)> = own
        .map(|component| (component.name().to_owned(), Arc::clone(component)))
        .collect();
    for (application, component) in inside.iter().flat_map(InnerApplication::components) {
        // One application can be mounted twice.
        if !checks.iter().any(|(_, it)| Arc::ptr_eq(it, &component)) {
            checks.push((format!("{application}: {}", component.name()), component));
        }
    }
    checks
        .into_iter()
        .fold(health, |health, (name, component)| {
            health.check(name, COMPONENT_CHECK, move || {
                Arc::clone(&component).ready()
            })
        })
}

/// Builds the tree of paths, with the index of each operation.
fn tree(operations: &[Operation], templates: Vec<Template>) -> Tree {
    let routes = operations.iter().zip(templates);
    let routes = routes.map(|(operation, template)| PathRoute {
        method: operation.method.clone(),
        template,
    });
    Tree::new(routes.collect())
}

/// Combines the settings of a route with those of the application.
#[cfg_attr(
    not(feature = "websocket"),
    expect(unused_variables, reason = "only a WebSocket has metrics of its own")
)]
fn serve_route(
    route: &Route,
    template: &Template,
    app: &App,
    application: &Arc<ApplicationContext>,
    metrics: Option<&Metrics>,
) -> Served {
    let operation = &route.operation;
    let kept = operation.kept.clone();
    #[cfg(feature = "websocket")]
    let kept = match &operation.websocket {
        Some(contract) => {
            let meter = WebSocketMeter::new(metrics, operation);
            let origins = &app.websocket_origins;
            kept.with(WebSocketConfig::new(contract, origins, &app.limits, meter))
        }
        None => kept,
    };
    let context = RouteContext {
        application: Arc::clone(application),
        variables: template.names().to_vec(),
        response_context: ResponseContext {
            status: operation.status,
            errors: operation.error_format.unwrap_or(app.errors),
            heartbeat: app.heartbeat,
            first_item_wait: app.first_item_wait,
            mapped_errors: app.mapped_errors.clone(),
            kept,
        },
        shows_input: app.shows_input && !operation.takes_a_secret(),
        body_limit: operation.body_limit.unwrap_or(app.limits.server.body_bytes),
        form_bounds: FormBounds::new(operation.form_limits, &app.limits),
        names: operation.names(),
        shared_dependencies: operation.shared_dependencies(),
    };
    Served {
        handler: route.required_handler(),
        context: Arc::new(context),
        time_limit: operation.time_limit,
        detached: operation.detached,
    }
}

/// Completes the id of an operation in the chosen form. Plugins read ids, so this comes before them.
pub(super) fn complete(operation: &mut Operation, ids: OperationIds) {
    let function = operation.declaration.function;
    let has_own_id = !operation.id.is_empty() && operation.id != function;
    if operation.id.is_empty() {
        operation.id = format!(
            "{}_{}",
            operation.method.as_str().to_lowercase(),
            words(&operation.path)
        );
    }
    for callback in &mut operation.callbacks {
        complete(callback, ids);
    }
    if ids == OperationIds::FastApi && !has_own_id {
        operation.id = only_words(&operation.id) + &fastapi_suffix(operation);
    }
}

/// Fills in a summary made from the function's name, or from the id. A plugin sees only the summaries that the application sets, so
/// this comes after them.
fn complete_summary(operation: &mut Operation, ids: OperationIds) {
    if operation.summary.is_empty() {
        let suffix = match ids {
            OperationIds::FastApi => fastapi_suffix(operation),
            OperationIds::Function => String::new(),
        };
        let id = operation.id.strip_suffix(&suffix);
        let name = match operation.declaration.function {
            "" => id.unwrap_or(&operation.id),
            function => function,
        };
        operation.summary = title(name);
    }
    for callback in &mut operation.callbacks {
        complete_summary(callback, ids);
    }
}

/// Returns what an id of `FastAPI` has after the name of the function.
fn fastapi_suffix(operation: &Operation) -> String {
    let method = operation.method.as_str().to_lowercase();
    // A callback or a webhook may have no template.
    let template = Template::parse(&operation.path).ok();
    let path = template
        .as_ref()
        .map_or(&*operation.path, Template::openapi);
    only_words(&format!("{path}_{method}"))
}

fn only_words(text: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
    text.chars().map(word).collect()
}

fn words(path: &str) -> String {
    path.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

/// Converts `read_item` to `Read Item`.
fn title(id: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    id.split('_')
        .filter(|word| !word.is_empty())
        .map(capital)
        .collect::<Vec<_>>()
        .join(" ")
}
