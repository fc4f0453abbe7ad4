//! `App`: the builder of an application.

use std::any::Any;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderName;

use super::check::BuildError;
use super::plugins::Plugins;
use super::policies::Policies;
use super::{Result, Service, build};
use crate::depend::Requirement;
use crate::docs::{self, ApiDocument, DocsLogin};
use crate::extract::{StateOrigin, States};
use crate::layer::{Layers, PendingMount};
use crate::lifecycle::{InnerApplication, Steps};
use crate::observe::{AccessLog, Health, Metrics, OnSpan};
use crate::openapi::{About, OpenApi};
use crate::operation::{Operation, Origins};
use crate::response::{ErrorFormat, ErrorPages, MappedErrors, Responder, ResponseContext};
use crate::route::{IntoRoute, Route, Router};
use crate::serve::{Limits, Server};

/// An application: its name, its routes, its state and its settings.
///
/// ```
/// use avocet::prelude::*;
///
/// #[get("/")]
/// async fn hello() -> &'static str {
///     "Hello"
/// }
///
/// # async fn run() -> avocet::Result<()> {
/// App::new("Hello", "1.0.0").routes(routes![hello]).serve("127.0.0.1:8000").await
/// # }
/// ```
#[derive(Debug)]
pub struct App {
    pub(crate) title: String,
    pub(crate) version: String,
    pub(super) about: About,
    pub(crate) routes: Vec<Route>,
    pub(super) webhooks: Vec<Operation>,
    pub(super) states: States,
    pub(super) errors: ErrorFormat,
    pub(super) mapped_errors: MappedErrors,
    pub(super) error_pages: ErrorPages,
    /// The error formats of routers by their prefixes.
    pub(super) error_scopes: Vec<(String, ErrorFormat)>,
    pub(super) shows_input: bool,
    pub(super) operation_ids: OperationIds,
    pub(super) openapi: OpenApi,
    pub(super) documents: Vec<ApiDocument>,
    pub(super) docs_login: DocsLogin,
    pub(crate) limits: Limits,
    pub(super) heartbeat: Duration,
    pub(super) first_item_wait: Duration,
    pub(super) upload_dir: Option<PathBuf>,
    pub(crate) websocket_origins: Origins,
    pub(super) access_log: AccessLog,
    pub(super) on_span: OnSpan,
    pub(super) metrics: Option<Metrics>,
    pub(super) health: Option<Health>,
    pub(super) time_limit: Option<Duration>,
    pub(super) time_limit_header: Option<HeaderName>,
    pub(super) layers: Layers,
    pub(super) steps: Steps,
    pub(super) plugins: Plugins,
    pub(super) mounts: Vec<PendingMount>,
    /// The applications that are mounted.
    pub(super) inside: Vec<InnerApplication>,
    pub(super) requirements: Vec<Requirement>,
    pub(super) denies_by_default: bool,
    pub(super) policies: Policies,
    #[cfg(feature = "inference")]
    pub(super) inference: super::inference::InferenceSettings,
}

/// How operation IDs are made for the document.
///
/// ```
/// assert_eq!(avocet::OperationIds::default(), avocet::OperationIds::Function);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OperationIds {
    /// The name of the function: `read_item`.
    #[default]
    Function,
    /// The form that `FastAPI` uses: `read_item_items__item_id__get`. An id that the operation sets itself is kept.
    FastApi,
}

impl App {
    /// Creates an application with the title and version that its document shows.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0");
    /// ```
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            about: About::default(),
            routes: Vec::new(),
            webhooks: Vec::new(),
            states: States::default(),
            errors: ErrorFormat::default(),
            mapped_errors: MappedErrors::default(),
            error_pages: ErrorPages::default(),
            error_scopes: Vec::new(),
            shows_input: false,
            operation_ids: OperationIds::default(),
            openapi: OpenApi::default(),
            documents: vec![ApiDocument::new()],
            docs_login: DocsLogin::default(),
            limits: Limits::default(),
            heartbeat: ResponseContext::default().heartbeat(),
            first_item_wait: ResponseContext::default().first_item_wait(),
            websocket_origins: Origins::default(),
            upload_dir: None,
            access_log: AccessLog::default(),
            on_span: OnSpan::default(),
            metrics: None,
            health: None,
            time_limit: None,
            time_limit_header: None,
            layers: Layers::default(),
            steps: Steps::default(),
            plugins: Plugins::default(),
            mounts: Vec::new(),
            inside: Vec::new(),
            requirements: Vec::new(),
            denies_by_default: false,
            policies: Policies::default(),
            #[cfg(feature = "inference")]
            inference: super::inference::InferenceSettings::default(),
        }
    }

    /// Provides state: handlers receive a clone of it with `#[state]`, selected by its type.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[derive(Clone)]
    /// struct Model(String);
    ///
    /// #[get("/model")]
    /// async fn model(#[state] model: Model) -> String {
    ///     model.0
    /// }
    ///
    /// let app = App::new("Models", "1.0.0").state(Model("small".into())).routes(routes![model]);
    /// assert!(app.build().is_ok());
    /// ```
    #[track_caller]
    pub fn state<T: Any + Clone + Send + Sync>(mut self, state: T) -> Self {
        self.states.insert("", state, StateOrigin::here());
        self
    }

    /// Adds routes, usually those from `routes!`.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[get("/")]
    /// async fn hello() -> &'static str { "Hello" }
    ///
    /// let app = App::new("Hello", "1.0.0").routes(routes![hello]);
    /// ```
    pub fn routes<R: IntoRoute>(mut self, routes: impl IntoIterator<Item = R>) -> Self {
        self.routes
            .extend(routes.into_iter().map(IntoRoute::into_route));
        self
    }

    /// Adds a router's routes under its prefix.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[get("/items")]
    /// async fn items() -> Vec<u32> { vec![] }
    ///
    /// let app = App::new("Shop", "1.0.0").router(Router::new("/v1").routes(routes![items]));
    /// ```
    pub fn router(mut self, router: Router) -> Self {
        let (added, scopes) = router.into_parts();
        self.error_scopes.extend(scopes);
        self.routes(added)
    }

    /// Sets the format of error bodies, on the wire and in the document. A [router](Router::error_format) or an operation can have a
    /// different one. A reference to a [`FormatErrors`](crate::response::FormatErrors) is a format, too.
    ///
    /// ```
    /// use avocet::response::ErrorFormat;
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").error_format(ErrorFormat::ProblemDetails);
    /// ```
    pub fn error_format(mut self, format: impl Into<ErrorFormat>) -> Self {
        self.errors = format.into();
        self
    }

    /// Sets the response to errors of a type that `?` has converted to an [`HttpError`](crate::response::HttpError), in place of a 500. They
    /// are not logged.
    ///
    /// The type can be that of the error itself, or that of one of its causes (`Error::source`, at most 64 of them, and the error inside an
    /// `io::Error`). The outermost error with a response decides.
    ///
    /// It applies to errors of handlers, of dependencies, and of streams before their first item. The document has the response in each
    /// operation that can fail with an `HttpError`. The response is an error or a redirect: a
    /// [`WithStatus`](crate::response::WithStatus), or `Result<Infallible, MyError>` with an `#[errors]` enum for a body in the error
    /// format. A response of a success, or two of one type of error, are a [`BuildError`].
    ///
    /// It does not see the request. For a response that depends on it, return a `Result<Infallible, MyError>`, and set the response to the status
    /// of `MyError` with [`error_response`](Self::error_response) or [`error_page`](Self::error_page), which receive the path and the method.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::response::WithStatus;
    /// use avocet::testing::TestClient;
    /// use std::num::ParseIntError;
    ///
    /// #[get("/double")]
    /// async fn double() -> Result<u32, HttpError> {
    ///     Ok("many".parse::<u32>()? * 2)
    /// }
    ///
    /// fn not_a_number(error: &ParseIntError) -> WithStatus<PlainText, 409> {
    ///     WithStatus::new(StatusCode::CONFLICT, PlainText(error.to_string()))
    /// }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let service = App::new("Numbers", "1.0.0").map_error(not_a_number).routes(routes![double]).build()?;
    /// assert!(service.openapi()["paths"]["/double"]["get"]["responses"].get("409").is_some());
    /// let response = TestClient::new(service).get("/double").send().await;
    /// assert_eq!(response.status(), 409);
    /// assert_eq!(response.text().await, "invalid digit found in string");
    /// # Ok(())
    /// # }
    /// ```
    pub fn map_error<E, R, F>(mut self, response: F) -> Self
    where
        E: Error + Send + Sync + 'static,
        R: Responder + 'static,
        F: Fn(&E) -> R + Send + Sync + 'static,
    {
        self.mapped_errors.add(response);
        self
    }

    /// Includes the invalid value in every validation error, as `input`, on the wire and in the document.
    ///
    /// It helps the developers of clients, but it also copies what clients send into every log of validation errors. So it is off by
    /// default, and routes that read a secret anywhere (a schema with `writeOnly`, as [`Secret`](crate::types::Secret) has) never do it:
    /// a client may send a secret in the wrong field. Values whose JSON is over 1 KiB are left out, and so are all values in a body over
    /// 256 KiB and the content of files.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    /// use serde_json::{Value, json};
    ///
    /// #[get("/items")]
    /// async fn items(#[query] page: u32) -> u32 {
    ///     page
    /// }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Shop", "1.0.0").include_input_in_errors().routes(routes![items]);
    /// let response = TestClient::new(app.build()?).get("/items?page=one").send().await;
    /// assert_eq!(response.json::<Value>().await["detail"][0]["input"], "one");
    /// # Ok(())
    /// # }
    /// ```
    pub fn include_input_in_errors(mut self) -> Self {
        self.shows_input = true;
        self
    }

    /// Sets how operation IDs are made for the document.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").operation_ids(avocet::OperationIds::FastApi);
    /// ```
    pub fn operation_ids(mut self, ids: OperationIds) -> Self {
        self.operation_ids = ids;
        self
    }

    /// Sets the version of `OpenAPI` that the document follows; 3.1 by default.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").openapi(avocet::OpenApi::V3_2);
    /// ```
    pub fn openapi(mut self, version: OpenApi) -> Self {
        self.openapi = version;
        self
    }

    /// Disables `/docs` and `/openapi.json`.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").without_docs();
    /// ```
    pub fn without_docs(mut self) -> Self {
        self.documents = Vec::new();
        self
    }

    /// Sets how the docs page logs in: the client id, the scopes and the like. It can log in without; then its reader enters them.
    ///
    /// ```
    /// use avocet::{App, DocsLogin};
    ///
    /// let app = App::new("Hotel", "1.0.0").docs_login(DocsLogin::new("docs").scopes(["me"]));
    /// ```
    #[cfg(feature = "docs")]
    pub fn docs_login(mut self, login: DocsLogin) -> Self {
        self.docs_login = login;
        self
    }

    /// Sets the limits of requests and connections.
    ///
    /// ```
    /// use avocet::serve::Limits;
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").limits(Limits::default().body_bytes(64 * 1024));
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the directory for the files of forms, which are kept there while their requests run; `--upload-dir` overrides it if
    /// `App::run` reads the program's settings. The default is the directory of the system, `TMPDIR` or `/tmp`.
    ///
    /// Set it to a directory on a disk if `/tmp` is held in memory (a `tmpfs`, as on many Linux systems and in many containers):
    /// everything beyond the first MiB of the files of each form is written there, up to the limit of its route. The directory must exist
    /// when the application is built, and it must be possible to create a file in it. If a file cannot be written later, the response is
    /// a 500, and the reason is logged.
    ///
    /// ```
    /// let app = avocet::App::new("Photos", "1.0.0").upload_dir("/var/tmp");
    /// ```
    pub fn upload_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.upload_dir = Some(directory.into());
        self
    }

    /// Sets how long a stream may be idle before it sends a heartbeat: 15 seconds by default. A stream can override it, as with
    /// [`Sse::heartbeat`](crate::response::Sse::heartbeat).
    ///
    /// Choose less than the shortest idle timeout between server and client: proxies close an idle connection, often after
    /// 60 seconds. Values below 10 milliseconds are raised to 10.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let app = avocet::App::new("Chat", "1.0.0").heartbeat(Duration::from_secs(5));
    /// ```
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.heartbeat = interval;
        self
    }

    /// Sets how long the response head of a stream waits for the first item: 1 second by default, and never longer than the
    /// [heartbeat](Self::heartbeat). A stream can override it, as with [`Sse::first_item_wait`](crate::response::Sse::first_item_wait).
    ///
    /// An error within this time is sent with its own status. Afterwards the response has begun with a 200, and an error can only be
    /// sent inside the stream. With [`Duration::ZERO`] the head is sent at once, unless the first item or error is ready already.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let app = avocet::App::new("Chat", "1.0.0").first_item_wait(Duration::from_millis(200));
    /// ```
    pub fn first_item_wait(mut self, wait: Duration) -> Self {
        self.first_item_wait = wait;
        self
    }

    /// Sets which origins may open a WebSocket, for routes that do not set it themselves; the application's own host by default.
    ///
    /// ```
    /// use avocet::operation::Origins;
    ///
    /// let origins = Origins::same_host().allow("https://app.example.com");
    /// let app = avocet::App::new("Shop", "1.0.0").websocket_origins(origins);
    /// ```
    pub fn websocket_origins(mut self, origins: Origins) -> Self {
        self.websocket_origins = origins;
        self
    }

    /// Changes which origins may open a WebSocket, also for routes that set it themselves.
    #[cfg(feature = "settings")]
    pub(crate) fn map_websocket_origins(mut self, map: impl Fn(Origins) -> Origins) -> Self {
        self.websocket_origins = map(self.websocket_origins);
        let contracts = self
            .routes
            .iter_mut()
            .filter_map(|route| route.operation.websocket.as_mut());
        for origins in contracts.filter_map(|contract| contract.origins.as_mut()) {
            *origins = map(std::mem::take(origins));
        }
        self
    }

    /// Sets where the access log is written; by default to the subscribers of `tracing`.
    ///
    /// ```
    /// use avocet::observe::AccessLog;
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").access_log(AccessLog::text());
    /// ```
    pub fn access_log(mut self, log: AccessLog) -> Self {
        self.access_log = log;
        self
    }

    /// Calls a function with the [span](crate::observe#spans) of each request and the request's headers, before the span is entered. Use
    /// it to set the parent of the span from the headers. Only the last function set is called, and it is not called if no subscriber is
    /// interested in the span.
    ///
    /// ```
    /// let app = avocet::App::new("Shop", "1.0.0").on_span(|span, headers| {
    ///     // With tracing-opentelemetry: span.set_parent(propagator.extract(headers))
    ///     assert!(!span.is_disabled() && headers.len() < 100);
    /// });
    /// ```
    pub fn on_span(
        mut self,
        context: impl Fn(&tracing::Span, &http::HeaderMap) + Send + Sync + 'static,
    ) -> Self {
        self.on_span = OnSpan::new(context);
        self
    }

    /// Collects metrics of requests, and serves them at the path that [`Metrics::at`] sets.
    ///
    /// ```
    /// use avocet::observe::Metrics;
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").metrics(Metrics::new().at("/metrics"));
    /// ```
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Serves `/health` and `/ready`.
    ///
    /// ```
    /// use avocet::observe::Health;
    ///
    /// let app = avocet::App::new("Shop", "1.0.0").health(Health::new());
    /// ```
    pub fn health(mut self, health: Health) -> Self {
        self.health = Some(health);
        self
    }

    /// Checks the whole application and builds the service, for `TestClient`, for tower, or for a custom server.
    ///
    /// # Errors
    /// [`BuildError`] with all mistakes: routes that conflict or can never be reached, path variables without an argument, state that
    /// is not provided, two types with one name, and others.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[get("/items/{id}")]
    /// async fn by_id(id: u32) -> u32 { id }
    /// #[get("/items/{name}")]
    /// async fn by_name(name: String) -> String { name }
    ///
    /// let error = App::new("Shop", "1.0.0").routes(routes![by_id, by_name]).build().unwrap_err();
    /// assert_eq!(error.mistakes().len(), 1);
    /// ```
    pub fn build(self) -> std::result::Result<Service, BuildError> {
        build::build(self)
    }

    /// Builds the service and serves it until Ctrl-C or SIGTERM; then requests in flight are finished within the drain deadline.
    ///
    /// An address is `host:port` or `unix:/path`; a [`Server`] has more settings than an address.
    ///
    /// If the only argument of the program is `--openapi`, it prints the `OpenAPI` document instead, as indented JSON, and returns. Nothing
    /// starts then.
    ///
    /// # Errors
    /// A [`BuildError`], or an error if the server cannot listen on an address.
    ///
    /// ```no_run
    /// # async fn run() -> avocet::Result<()> {
    /// avocet::App::new("Nothing", "1.0.0").serve("127.0.0.1:8000").await
    /// # }
    /// ```
    pub async fn serve(self, server: impl Into<Server>) -> Result<()> {
        let service = self.build()?;
        if docs::is_asked_for() {
            docs::print(service.openapi())?;
            return Ok(());
        }
        super::server::run(server.into(), service).await
    }
}
