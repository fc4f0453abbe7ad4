//! Layers and middleware around applications, routers and routes.

use std::future::Ready;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use avocet::layer::{Endpoint, Next, Request};
use avocet::prelude::*;
use avocet::response::Response;
use avocet::testing::TestClient;
use http::{HeaderName, HeaderValue, Method};
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_layer::Layer;
use tower_service::Service;

#[model]
struct Item {
    name: String,
}

#[get("/items/{id}")]
async fn item(#[path] id: u32) -> Item {
    Item {
        name: format!("item {id}"),
    }
}

#[post("/items")]
async fn create(#[body] item: Item) -> Item {
    item
}

#[get("/long")]
async fn long() -> String {
    "a long text, ".repeat(1000)
}

#[get("/never")]
async fn never() -> u32 {
    std::future::pending().await
}

#[get("/events")]
async fn events() -> Sse<Item> {
    Sse::new(stream! {
        for name in ["a", "b"] {
            yield Item { name: name.to_owned() };
        }
    })
}

pub(crate) fn app() -> App {
    App::new("Layered", "1.0.0").routes(routes![item, create, long, never, events])
}

pub(crate) fn client(app: App) -> TestClient {
    TestClient::new(app.build().expect("it builds"))
}

/// Adds a word to the header `x-way` of each response: the outermost layer is the last word.
pub(crate) fn word(
    word: &'static str,
) -> impl Fn(Request, Next) -> WordFuture + Send + Sync + 'static {
    move |request, next| {
        Box::pin(async move {
            let mut response = next.run(request).await;
            let name = HeaderName::from_static("x-way");
            response
                .headers_mut()
                .append(name, HeaderValue::from_static(word));
            response
        })
    }
}

pub(crate) type WordFuture = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

async fn way(client: &TestClient, method: Method, path: &str) -> (u16, String) {
    let response = client.request(method, path).send().await;
    let words = response.headers().get_all("x-way").iter();
    let words: Vec<_> = words.map(|word| word.to_str().expect("text")).collect();
    (response.status().as_u16(), words.join(" "))
}

#[tokio::test]
async fn the_last_layer_is_the_outermost_on_each_level() {
    let inner = Router::new("/v1")
        .routes(routes![item])
        .middleware(word("router"))
        .middleware(word("router2"));
    let outer = Router::new("/api").router(inner).middleware(word("outer"));
    let route = Operation::get("/alone")
        .id("alone")
        .handle((), |()| async { 1 });
    let app = App::new("Levels", "1.0.0")
        .router(outer)
        .routes([route.middleware(word("route"))])
        .middleware(word("app"))
        .middleware(word("app2"));
    let client = client(app);
    for (method, path, expected) in [
        (
            Method::GET,
            "/api/v1/items/7",
            (200, "router router2 outer app app2"),
        ),
        (
            Method::GET,
            "/api/v1/items/x",
            (422, "router router2 outer app app2"),
        ),
        (Method::GET, "/alone", (200, "route app app2")),
        (Method::HEAD, "/alone", (200, "route app app2")),
        (Method::GET, "/missing", (404, "app app2")),
        (Method::GET, "/openapi.json", (200, "app app2")),
        (Method::POST, "/alone", (405, "app app2")),
        (Method::OPTIONS, "/alone", (204, "route app app2")),
        (Method::GET, "/alone/", (307, "app app2")),
        (Method::GET, "/%FF", (400, "app app2")),
    ] {
        let (status, words) = way(&client, method.clone(), path).await;
        assert_eq!((status, &*words), expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_middleware_knows_the_operation() {
    async fn name(request: Request, next: Next) -> Response {
        let operation = request.operation();
        let name = operation.map_or("none".to_owned(), |operation| operation.path.clone());
        let mut response = next.run(request).await;
        let name = HeaderValue::try_from(name).expect("a header");
        response.headers_mut().insert("x-route", name);
        response
    }
    let on_app = client(app().middleware(name));
    let routed = Router::new("").routes(routes![item]).middleware(name);
    let on_router = client(App::new("Routed", "1.0.0").router(routed));
    for (client, path, expected) in [
        (&on_app, "/items/7", "/items/{id}"),
        (&on_app, "/items/x", "/items/{id}"),
        (&on_app, "/missing", "none"),
        (&on_router, "/items/7", "/items/{id}"),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.header("x-route"), expected, "{path}");
    }
}

#[tokio::test]
async fn a_middleware_responds_itself_or_fails_in_the_applications_format() {
    async fn closed(request: Request, next: Next) -> Result<Response, HttpError> {
        if request.headers().contains_key("x-closed") {
            return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Closed"));
        }
        Ok(next.run(request).await)
    }
    let client = client(app().middleware(closed));
    let response = client.get("/items/1").header("x-closed", "1").send().await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.text().await, r#"{"detail":"Closed"}"#);
    assert_eq!(client.get("/items/1").send().await.status(), 200);
}

#[tokio::test]
async fn a_layer_that_changes_the_path_changes_the_route() {
    let rewrite = |mut request: Request, next: Next| {
        if request.uri().path() == "/old" {
            *request.uri_mut() = "/items/7".parse().expect("a path");
        }
        next.run(request)
    };
    let client = client(app().middleware(rewrite));
    let response = client.get("/old").send().await;
    assert_eq!(response.text().await, r#"{"name":"item 7"}"#);
}

#[tokio::test]
async fn a_layer_of_a_router_cannot_lead_to_another_route() {
    let rewrite = |mut request: Request, next: Next| {
        *request.uri_mut() = "/long".parse().expect("a path");
        next.run(request)
    };
    let router = Router::new("").routes(routes![item, long]);
    let client = client(App::new("Inside", "1.0.0").router(router.middleware(rewrite)));
    assert_eq!(client.get("/items/7").send().await.status(), 404);
    assert_eq!(client.get("/long").send().await.status(), 200);
}

#[tokio::test]
async fn a_panic_in_a_layer_is_a_500() {
    #[expect(clippy::panic, reason = "it is what is tested")]
    async fn broken(_: Request, _: Next) -> Response {
        panic!("a broken layer")
    }
    let client = client(app().middleware(broken));
    assert_eq!(client.get("/items/1").send().await.status(), 500);
}

/// A layer whose service always fails.
#[derive(Clone)]
struct Failing(bool);

impl Layer<Endpoint> for Failing {
    type Service = Self;

    fn layer(&self, _: Endpoint) -> Self {
        self.clone()
    }
}

impl<B> Service<http::Request<B>> for Failing {
    type Response = Response;
    type Error = std::io::Error;
    type Future = Ready<Result<Response, std::io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
        Poll::Ready(if self.0 {
            Err(std::io::Error::other("not ready"))
        } else {
            Ok(())
        })
    }

    fn call(&mut self, _: http::Request<B>) -> Self::Future {
        std::future::ready(Err(std::io::Error::other("the secret reason")))
    }
}

#[tokio::test]
async fn a_layer_that_fails_is_a_500_without_details() {
    for at_once in [true, false] {
        let client = client(app().layer(Failing(at_once)));
        let response = client.get("/items/1").send().await;
        assert_eq!(response.status(), 500);
        assert_eq!(
            response.text().await,
            r#"{"detail":"Internal Server Error"}"#
        );
    }
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(["https://example.com".parse().expect("an origin")])
        .allow_methods(Any)
}

#[tokio::test]
async fn cors_works_on_every_level_and_every_route() {
    let on_app = client(app().layer(cors()));
    let routed = Router::new("").routes(routes![item, create, long]);
    let on_router = client(App::new("Routed", "1.0.0").router(routed.layer(cors())));
    for client in [&on_app, &on_router] {
        for (path, method) in [
            ("/items/7", "GET"),
            ("/items", "POST"),
            ("/long", "GET"),
            ("/items/7", "DELETE"),
        ] {
            let preflight = client
                .options(path)
                .header("origin", "https://example.com")
                .header("access-control-request-method", method);
            let response = preflight.send().await;
            assert_eq!(response.status(), 200, "{method} {path}");
            assert_eq!(
                response.header("access-control-allow-origin"),
                "https://example.com"
            );
            assert_eq!(response.header("access-control-allow-methods"), "*");
        }
        for (path, status) in [("/items/7", 200), ("/items/x", 422)] {
            let request = client.get(path).header("origin", "https://example.com");
            let response = request.send().await;
            assert_eq!(response.status(), status);
            assert_eq!(
                response.header("access-control-allow-origin"),
                "https://example.com"
            );
        }
    }
    // Only a layer around everything sees a path without a route.
    let missing = on_app
        .get("/missing")
        .header("origin", "https://example.com");
    let missing = missing.send().await;
    assert_eq!(missing.status(), 404);
    assert_eq!(
        missing.header("access-control-allow-origin"),
        "https://example.com"
    );
}

#[tokio::test]
async fn compression_does_not_touch_event_streams() {
    let client = client(app().layer(CompressionLayer::new()));
    let response = client.get("/long").header("accept-encoding", "gzip");
    let response = response.send().await;
    assert_eq!(response.header("content-encoding"), "gzip");

    let events = client.get("/events").header("accept-encoding", "gzip");
    let mut events = events.send().await;
    assert!(!events.headers().contains_key("content-encoding"));
    let data = events.next_event().await.expect("an event").data;
    assert_eq!(data, r#"{"name":"a"}"#);
}

#[tokio::test]
async fn a_timeout_ends_a_handler() {
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(20));
    let client = client(app().layer(timeout));
    assert_eq!(client.get("/never").send().await.status(), 504);
    assert_eq!(client.get("/items/1").send().await.status(), 200);
}

#[tokio::test]
async fn a_layer_may_limit_and_trace_bodies() {
    let limited = app()
        .layer(TraceLayer::new_for_http())
        .layer(RequestBodyLimitLayer::new(64));
    let client = client(limited);
    let small = client
        .post("/items")
        .json(&serde_json::json!({"name": "a"}));
    assert_eq!(small.send().await.status(), 200);
    let large = "a".repeat(100);
    let large = client
        .post("/items")
        .json(&serde_json::json!({"name": large}));
    assert_eq!(large.send().await.status(), 413);
}

#[tokio::test]
async fn the_handler_is_dropped_with_the_response_of_its_layers() {
    struct Guard(Arc<Mutex<bool>>);
    impl Drop for Guard {
        fn drop(&mut self) {
            *self.0.lock().expect("a lock") = true;
        }
    }
    let dropped = Arc::new(Mutex::new(false));
    let state = Arc::clone(&dropped);
    let waits = Operation::get("/waits").id("waits").handle((), move |()| {
        let guard = Guard(Arc::clone(&state));
        async move {
            std::future::pending::<()>().await;
            drop(guard);
            1
        }
    });
    let client = client(
        App::new("Dropped", "1.0.0")
            .routes([waits])
            .layer(TraceLayer::new_for_http()),
    );
    let response = tokio::spawn(async move { client.get("/waits").send().await });
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(!*dropped.lock().expect("a lock"));
    response.abort();
    assert!(response.await.is_err());
    assert!(*dropped.lock().expect("a lock"));
}

#[tokio::test]
async fn the_routes_of_the_framework_have_ids() {
    async fn name(request: Request, next: Next) -> Response {
        let id = request.operation().map(|operation| operation.id.clone());
        let mut response = next.run(request).await;
        let id = HeaderValue::try_from(id.unwrap_or_default()).expect("a header");
        response.headers_mut().insert("x-operation", id);
        response
    }
    let app = App::new("Ids", "1.0.0").middleware(name);
    let client = TestClient::new(app.build().expect("it builds"));
    for (path, id) in [("/openapi.json", "openapi"), ("/docs", "docs")] {
        let response = client.get(path).send().await;
        assert_eq!(response.header("x-operation"), id, "{path}");
    }
}

/// A middleware with a setting that should not be zero.
#[derive(Clone)]
struct Cap(u32);

impl avocet::layer::Middleware for Cap {
    fn check(&self) -> Vec<String> {
        let mistake = (self.0 == 0).then(|| "`Cap`: the cap is 0".to_owned());
        mistake.into_iter().collect()
    }

    fn describe(&self, operation: &mut Operation) {
        operation.errors.push(avocet::operation::DocumentedError {
            status: Some(StatusCode::CONFLICT),
            description: "Capped".to_owned(),
            body: avocet::operation::ErrorBody::Message,
        });
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        if request.headers().contains_key("x-capped") {
            return Err(HttpError::new(StatusCode::CONFLICT, "Capped"));
        }
        Ok(next.run(request).await)
    }
}

#[get("/capped", layer = Cap(1))]
async fn capped() -> u32 {
    1
}

#[tokio::test]
async fn a_middleware_with_settings_joins_the_document_at_each_level() {
    let router = Router::new("/v1").routes(routes![item]).layer(Cap(1));
    let on_router = App::new("Capped", "1.0.0")
        .router(router)
        .routes(routes![long]);
    let on_route = App::new("Capped", "1.0.0").routes(routes![capped, long]);
    let on_app = app().layer(Cap(1));
    for (app, path, inside, outside) in [
        (on_router, "/v1/items/7", "/v1/items/{id}", Some("/long")),
        (on_route, "/capped", "/capped", Some("/long")),
        (on_app, "/missing", "/items/{id}", None),
    ] {
        let format = avocet::response::ErrorFormat::ProblemDetails;
        let service = app.error_format(format).build().expect("it builds");
        let responses = |path: &str| &service.openapi()["paths"][path]["get"]["responses"];
        assert!(responses(inside).get("409").is_some(), "{inside}");
        assert!(outside.is_none_or(|path| responses(path).get("409").is_none()));
        let client = TestClient::new(service);
        let response = client.get(path).header("x-capped", "yes").send().await;
        assert_eq!(response.status(), 409, "{path}");
        assert_eq!(response.header("content-type"), "application/problem+json");
    }
}

#[test]
fn a_mistake_in_a_layer_is_reported_once_with_its_location() {
    let router = Router::new("/v1").routes(routes![item, long]);
    let line = line!() + 1;
    let router = router.layer(Cap(0));
    let error = App::new("Capped", "1.0.0").router(router).build();
    let error = error.expect_err("a mistake");
    let [mistake] = error.mistakes() else {
        panic!("{error}");
    };
    assert_eq!(mistake.what(), "`Cap`: the cap is 0");
    assert!(
        mistake.locations()[0].ends_with(&format!("layers.rs:{line}")),
        "{mistake:?}"
    );
}
