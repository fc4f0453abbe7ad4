//! Settings of routes that call functions of `Operation` and `Route`, and named states.

use std::task::{Context, Poll};

use avocet::extract::ReceivedBody;
use avocet::layer::{Endpoint, EndpointFuture};
use avocet::prelude::*;
use avocet::response::Response;
use avocet::route::IntoRoute;
use avocet::testing::TestClient;
use http::{HeaderName, HeaderValue};
use tower_layer::Layer;
use tower_service::Service;

#[derive(Debug, PartialEq)]
struct Tool(&'static str);

#[derive(Debug, PartialEq)]
struct Cost(u32);

#[get("/search", extend = Tool("search"), extend = Cost(2 + 3))]
async fn search() -> u32 {
    1
}

#[cfg(feature = "websocket")]
#[websocket("/talk", extend = Tool("talk"))]
async fn talk(socket: WebSocket<String>) {
    drop(socket);
}

#[test]
fn an_extension_is_a_value_of_the_operation() {
    let route = search {}.into_route();
    assert_eq!(route.operation().extension(), Some(&Tool("search")));
    assert_eq!(route.operation().extension(), Some(&Cost(5)));
    #[cfg(feature = "websocket")]
    assert_eq!(
        talk {}.into_route().operation().extension(),
        Some(&Tool("talk"))
    );
}

/// A layer, and its service, that add a value to the header `x-way` of the request.
#[derive(Clone)]
struct Way<S = ()>(&'static str, S);

impl Layer<Endpoint> for Way {
    type Service = Way<Endpoint>;

    fn layer(&self, inner: Endpoint) -> Way<Endpoint> {
        Way(self.0, inner)
    }
}

impl Service<http::Request<ReceivedBody>> for Way<Endpoint> {
    type Response = Response;
    type Error = std::convert::Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<ReceivedBody>) -> EndpointFuture {
        let (name, value) = (
            HeaderName::from_static("x-way"),
            HeaderValue::from_static(self.0),
        );
        request.headers_mut().append(name, value);
        self.1.call(request)
    }
}

#[get("/way", layer = Way("inner", ()), layer = Way("outer", ()))]
async fn way(#[header] x_way: Vec<String>) -> Vec<String> {
    x_way
}

#[get("/states")]
async fn states(#[state] main: String, #[state("replica")] replica: String) -> Vec<String> {
    vec![main, replica]
}

#[tokio::test]
async fn layers_wrap_the_route_in_the_order_of_writing() {
    let app = App::new("Layered", "1").routes(routes![way]);
    let client = TestClient::new(app.build().unwrap());
    let response = client.get("/way").send().await;
    assert_eq!(response.json::<Vec<String>>().await, ["outer", "inner"]);
}

#[tokio::test]
async fn a_state_can_have_a_name() {
    let app = || {
        App::new("Two", "1")
            .state("one".to_owned())
            .routes(routes![states])
    };
    let both = app().named_state("replica", "two".to_owned());
    let client = TestClient::new(both.build().unwrap());
    let response = client.get("/states").send().await;
    assert_eq!(response.json::<Vec<String>>().await, ["one", "two"]);
    let error = app().build().unwrap_err().to_string();
    assert!(error.contains("replica"), "{error}");
}

#[get("/names")]
async fn names(
    #[query(check = is_capital, map = |name: String| name + "!")] name: String,
    #[query(check = is_short, check = |all| all.first().map_or(Err("is empty"), |_| Ok(())))]
    all: Vec<u32>,
) -> String {
    format!("{name} {all:?}")
}

fn is_capital(name: &str) -> Result<(), &'static str> {
    let is_capital = name.starts_with(char::is_uppercase);
    is_capital.then_some(()).ok_or("must begin with a capital")
}

fn is_short(all: &[u32]) -> Result<(), String> {
    (all.len() < 3)
        .then_some(())
        .ok_or("is too long".to_owned())
}

#[tokio::test]
async fn a_check_of_a_parameter_takes_what_the_value_borrows_as() {
    let app = App::new("Names", "1").routes(routes![names]);
    let client = TestClient::new(app.build().unwrap());
    let response = client.get("/names?name=Ann&all=1").send().await;
    assert_eq!(response.json::<String>().await, "Ann! [1]");
    let response = client.get("/names?name=ann&all=1&all=2&all=3").send().await;
    let errors = response.text().await;
    assert!(
        errors.contains("must begin with a capital") && errors.contains("is too long"),
        "{errors}"
    );
}
