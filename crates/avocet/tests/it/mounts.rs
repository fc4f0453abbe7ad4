//! Services that are mounted beside the routes, and applications in others.

use std::convert::Infallible;
use std::future::Ready;
use std::task::{Context, Poll};

use avocet::layer::OriginalUri;
use avocet::prelude::*;
use avocet::response::ResponseBody;
use http::{HeaderMap, HeaderValue, Method};
use tower_http::trace::TraceLayer;
use tower_service::Service;

use crate::layers::{app, client, word};

/// Responds with what it sees of a request.
#[derive(Clone)]
struct Seen;

impl<B> Service<http::Request<B>> for Seen {
    type Response = http::Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<http::Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let original = request.extensions().get::<OriginalUri>();
        let original = original.map_or("-".to_owned(), |original| original.0.to_string());
        let seen = format!("{} {} {original}", request.method(), request.uri());
        std::future::ready(Ok(http::Response::new(seen)))
    }
}

#[tokio::test]
async fn a_mounted_service_gets_what_has_no_route() {
    let client = client(app().mount("/items", Seen).mount("/items/deep", Seen));
    for (method, path, seen) in [
        (
            Method::GET,
            "/items/7/more?a=1",
            "GET /7/more?a=1 /items/7/more?a=1",
        ),
        (Method::DELETE, "/items/deep/x", "DELETE /x /items/deep/x"),
        (Method::GET, "/items/deep/", "GET / /items/deep/"),
        (
            Method::from_bytes(b"PURGE").expect("a method"),
            "/items/a/b",
            "PURGE /a/b /items/a/b",
        ),
    ] {
        let response = client.request(method, path).send().await;
        assert_eq!(response.text().await, seen);
    }
    assert_eq!(
        client.get("/items/7").send().await.text().await,
        r#"{"name":"item 7"}"#
    );
    assert_eq!(client.get("/itemsx").send().await.status(), 404);
}

#[tokio::test]
async fn a_service_at_the_root_replaces_the_404() {
    let client = client(app().mount("/", Seen));
    assert_eq!(client.get("/any").send().await.text().await, "GET /any -");
    assert_eq!(client.get("/items/7").send().await.status(), 200);
}

#[tokio::test]
async fn an_axum_router_is_mounted_inside_the_layers() {
    let inside = axum::Router::new().route(
        "/{name}",
        axum::routing::post(|body: String| async move { body.to_uppercase() }),
    );
    let client = client(app().mount("/axum", inside).middleware(word("app")));
    let response = client.post("/axum/any").body("text").send().await;
    assert_eq!(response.header("x-way"), "app");
    assert_eq!(response.text().await, "TEXT");
}

#[tokio::test]
async fn an_application_is_mounted_in_another() {
    let inner = app().build().expect("it builds");
    let client = client(App::new("Outer", "1.0.0").mount("/inner", inner));
    let response = client.get("/inner/items/7").send().await;
    assert_eq!(response.text().await, r#"{"name":"item 7"}"#);
    let response = client.get("/inner/long/").send().await;
    assert_eq!(
        (response.status().as_u16(), response.header("location")),
        (307, "../long")
    );
}

#[tokio::test]
async fn the_prefix_of_a_mounted_application_is_redirected_to_its_root() {
    let between = App::new("Between", "1.0.0").mount("/inner", app().build().expect("it builds"));
    let client =
        client(App::new("Outer", "1.0.0").mount("/outer", between.build().expect("it builds")));
    for (path, location) in [
        ("/outer?page=2", "./outer/?page=2"),
        ("/outer/inner", "./inner/"),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), 307, "{path}");
        assert_eq!(response.headers()["location"], location);
    }
    assert_eq!(client.get("/outer/").send().await.status(), 404);
}

#[tokio::test]
async fn the_document_of_a_mounted_application_names_its_prefix() {
    let servers = async |app: App, path: &str| {
        let document = client(app).get(path).send().await.text().await;
        let document: avocet::model::OrderedJson = document.parse().expect("JSON");
        document["servers"].to_string()
    };
    let build = |app: App| app.build().expect("it builds");
    let mounted = App::new("Outer", "1.0.0").mount("/inner", build(app()));
    assert_eq!(
        servers(mounted, "/inner/openapi.json").await,
        r#"[{"url":"/inner"}]"#
    );
    let between = App::new("Between", "1.0.0").mount("/inner", build(app()));
    let outer = || App::new("Outer", "1.0.0");
    let twice = outer().mount("/outer", build(between));
    assert_eq!(
        servers(twice, "/outer/inner/openapi.json").await,
        r#"[{"url":"/outer/inner"}]"#
    );
    let root = outer().without_docs().mount("/", build(app()));
    assert_eq!(servers(root, "/openapi.json").await, r#"[{"url":"/"}]"#);
    let named = app().server("https://api.example.com", "");
    let named = outer().mount("/inner", build(named));
    assert_eq!(
        servers(named, "/inner/openapi.json").await,
        r#"[{"url":"https://api.example.com"}]"#
    );
}

#[tokio::test]
async fn an_application_in_an_axum_router_keeps_its_links() {
    let inner = app().build().expect("it builds");
    let mut router = axum::Router::<()>::new().nest_service("/inner", inner);
    for (path, status, location) in [
        ("/inner/items/7", 200, None),
        ("/inner/long/", 307, Some("../long")),
        ("/inner/docs", 200, None),
        ("/inner/missing", 404, None),
    ] {
        let request = http::Request::get(path).body(String::new());
        let response = Service::call(&mut router, request.expect("a request")).await;
        let Ok(response) = response;
        let found = response.headers().get("location");
        let found = found.map(|location| location.to_str().expect("text"));
        assert_eq!(
            (response.status().as_u16(), found),
            (status, location),
            "{path}"
        );
    }
}

#[test]
fn mistakes_of_mounts_are_reported_together() {
    let app = App::new("Mounts", "1.0.0")
        .mount("legacy", Seen)
        .mount("/a/", Seen)
        .mount("/{id}", Seen)
        .mount("/twice", Seen)
        .mount("/twice", Seen);
    let error = app.build().expect_err("mistakes").to_string();
    for part in [
        "`legacy`",
        "`/a/`",
        "`/{id}`",
        "two services are mounted at `/twice`",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

/// A body with trailers, as a gRPC response has them.
#[derive(Clone)]
struct Trailing;

impl<B> Service<http::Request<B>> for Trailing {
    type Response = http::Response<http_body_util::StreamBody<Frames>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<B>) -> Self::Future {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", HeaderValue::from_static("0"));
        let frames = [
            Ok(http_body::Frame::data(bytes::Bytes::from_static(
                b"message",
            ))),
            Ok(http_body::Frame::trailers(trailers)),
        ];
        let body = http_body_util::StreamBody::new(Frames(Vec::from(frames).into_iter()));
        std::future::ready(Ok(http::Response::new(body)))
    }
}

struct Frames(std::vec::IntoIter<Result<http_body::Frame<bytes::Bytes>, Infallible>>);

impl futures_core::Stream for Frames {
    type Item = Result<http_body::Frame<bytes::Bytes>, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn trailers_of_a_mounted_service_pass_through_layers() {
    use http_body_util::BodyExt;

    let mut service = app()
        .mount("/grpc", Trailing)
        .layer(TraceLayer::new_for_http())
        .build()
        .expect("it builds");
    let request = http::Request::post("/grpc/x").body(ResponseBody::empty());
    let response = service.call(request.expect("a request")).await;
    let Ok(response) = response;
    let collected = response.into_body().collect().await.expect("a body");
    let trailers = collected.trailers().expect("trailers");
    assert_eq!(trailers["grpc-status"], "0");
    assert_eq!(collected.to_bytes(), "message");
}
