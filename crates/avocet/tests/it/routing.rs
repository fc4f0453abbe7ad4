//! Route selection, seen by a client: encoded slashes, redirects for slashes, and the methods in `Allow`.

use std::task::{Context, Poll};

use avocet::Service;
use avocet::prelude::*;
use avocet::testing::TestClient;
use http::Request;
use tower_service::Service as _;

#[get("/admin/users")]
async fn users() -> &'static str {
    "users"
}

#[get("/files/{name}")]
async fn file(name: String) -> String {
    name
}

#[get("/rest/{path:path}")]
async fn rest(path: String) -> String {
    path
}

#[test]
fn one_function_at_two_paths_needs_ids_of_the_paths() {
    let v = |prefix: &str| Router::new(prefix).routes(routes![users]);
    let app = || App::new("Twice", "1.0.0").router(v("/v1")).router(v("/v2"));
    let error = app().build().expect_err("two ids are the same");
    assert_eq!(error.mistakes().len(), 1, "{error}");
    let what = error.mistakes()[0].what();
    assert!(what.contains("the id `users`"), "{what}");
    assert!(
        what.contains("`App::operation_ids(OperationIds::FastApi)`"),
        "{what}"
    );
    let app = app().operation_ids(avocet::OperationIds::FastApi);
    assert!(app.build().is_ok());
}

#[get("/folder/")]
async fn folder() -> u8 {
    1
}

fn app() -> App {
    let options = Operation::new(http::Method::OPTIONS, "/own").handle((), |()| async { 1 });
    let own = Operation::post("/own").handle((), |()| async { 2 });
    App::new("Routes", "1.0.0")
        .routes(routes![users, file, rest, folder])
        .routes([options, own])
}

fn service() -> Service {
    app().build().expect("it builds")
}

async fn get(path: &str) -> (u16, String) {
    let response = TestClient::new(service()).get(path).send().await;
    (response.status().as_u16(), response.text().await)
}

#[tokio::test]
async fn an_encoded_slash_separates_nothing() {
    assert_eq!(get("/admin/users").await.0, 200);
    for path in [
        "/admin%2Fusers",
        "/admin%2fusers",
        "/%2Fadmin/users",
        "/admin/users%2F",
    ] {
        assert_eq!(get(path).await.0, 404, "{path}");
    }
    assert_eq!(get("/%61dmin/%75sers").await.0, 200);
    assert_eq!(get("/files/a%2Fb").await, (200, "\"a/b\"".to_owned()));
    assert_eq!(get("/files/a%252Fb").await, (200, "\"a%2Fb\"".to_owned()));
    assert_eq!(get("/files/a/b").await.0, 404);
    assert_eq!(get("/rest/a%2Fb/c").await, (200, "\"a/b/c\"".to_owned()));
    assert_eq!(get("/files/%ff").await.0, 400);
}

/// A router around the application that removes a prefix, as axum's `nest` and many proxies do.
#[derive(Clone)]
struct Stripped(Service);

impl tower_service::Service<Request<avocet::response::ResponseBody>> for Stripped {
    type Response = avocet::response::Response;
    type Error = std::convert::Infallible;
    type Future = avocet::ServiceFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<avocet::response::ResponseBody>) -> Self::Future {
        let target = request.uri().to_string();
        let inner = target.strip_prefix("/shop").expect("the prefix");
        *request.uri_mut() = inner.parse().expect("a target");
        self.0.call(request)
    }
}

async fn location(target: &str) -> (u16, Option<String>) {
    let request = Request::get(target).body(avocet::response::ResponseBody::empty());
    let response = Stripped(service()).call(request.expect("a request")).await;
    let Ok(response) = response;
    let location = response.headers().get("location");
    let location = location.map(|value| value.to_str().expect("text").to_owned());
    (response.status().as_u16(), location)
}

#[tokio::test]
async fn v15_a_redirect_for_a_slash_is_relative() {
    for (target, expected) in [
        ("/shop/admin/users/?page=2&q=a/b", "../users?page=2&q=a/b"),
        ("/shop/admin/users//", "../../users"),
        ("/shop/folder?page=2", "./folder/?page=2"),
        ("/shop/files/a%2Fb/", "../a%2Fb"),
        ("/shop/files/http:evil.example/", "../http:evil.example"),
    ] {
        assert_eq!(location(target).await, (307, Some(expected.to_owned())));
    }
    for target in ["/shop//evil.example/", "/shop/files/../", "/shop/nowhere/"] {
        assert_eq!(location(target).await, (404, None), "{target}");
    }
}

#[tokio::test]
async fn a8_a13_allow_names_every_method_once() {
    let response = TestClient::new(service()).put("/own").send().await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.header("allow"), "OPTIONS, POST");
}
