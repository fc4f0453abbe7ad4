//! Dependencies: how often and in which order they run, what they add to the document, and what wins over what.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use avocet::depend::Requirement;
use avocet::prelude::*;
use avocet::security::{ApiKey, forbidden, unauthorized};
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::{Value, json};

/// What ran, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn add(&self, what: &'static str) {
        self.0.lock().expect("a lock").push(what);
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().expect("a lock"))
    }
}

fn client(app: App) -> TestClient {
    TestClient::new(app.build().expect("a service"))
}

#[derive(Clone, Default)]
struct Counter(Arc<AtomicU32>);

#[dependency]
async fn bump(#[state] counter: Counter) -> u32 {
    counter.0.fetch_add(1, Ordering::Relaxed) + 1
}

#[dependency]
async fn left(#[depends(bump)] number: u32) -> u32 {
    number
}

#[dependency]
async fn right(#[depends(bump)] number: u32) -> u32 {
    number
}

#[dependency]
async fn fresh(#[depends(bump, fresh)] number: u32) -> u32 {
    number
}

#[get("/numbers")]
async fn numbers(
    #[depends(left)] left: u32,
    #[depends(right)] right: u32,
    #[depends(fresh)] fresh: u32,
) -> Vec<u32> {
    vec![left, right, fresh]
}

#[tokio::test]
async fn a_value_is_made_once_in_a_request_unless_it_is_fresh() {
    let app = App::new("Counter", "1.0.0").state(Counter::default());
    let client = client(app.routes(routes![numbers]));
    for expected in ["[1,1,2]", "[3,3,4]"] {
        assert_eq!(client.get("/numbers").send().await.text().await, expected);
    }
}

#[dependency]
async fn counter_of_request() -> Counter {
    Counter::default()
}

#[dependency]
async fn bump_in_request(#[depends(counter_of_request)] counter: Counter) -> u32 {
    counter.0.fetch_add(1, Ordering::Relaxed) + 1
}

#[get("/in-request")]
async fn numbers_in_request(
    #[depends(bump_in_request, fresh)] first: u32,
    #[depends(bump_in_request)] second: u32,
    #[depends(bump_in_request)] third: u32,
) -> Vec<u32> {
    vec![first, second, third]
}

#[tokio::test]
async fn a_dependency_that_runs_twice_shares_what_it_depends_on() {
    let client = client(App::new("Counter", "1.0.0").routes(routes![numbers_in_request]));
    for _ in 0..2 {
        let response = client.get("/in-request").send().await;
        assert_eq!(response.text().await, "[1,2,2]");
    }
}

#[dependency]
async fn key(#[extract(ApiKey::header("X-Key"))] key: Secret<String>) -> Result<u32, HttpError> {
    match key.expose().as_str() {
        "k1" => Ok(1),
        "k2" => Err(forbidden("Not this key")),
        _ => Err(unauthorized("APIKey", "Unknown key")),
    }
}

#[model]
struct Item {
    name: String,
}

#[post("/items/{id}")]
async fn add_item(
    id: u32,
    #[query(ge = 1)] count: u32,
    #[depends(key)] owner: u32,
    #[body] item: Item,
) -> Value {
    json!([id, count, owner, item.name])
}

#[tokio::test]
async fn an_error_of_a_dependency_comes_before_validation_errors_and_the_body() {
    let client = client(App::new("Shop", "1.0.0").routes(routes![add_item]));
    let send = |path: &str, key: &str, body: &str| {
        let request = client
            .post(path)
            .header("content-type", "application/json")
            .header("x-key", key);
        request.body(body.to_owned()).send()
    };
    assert_eq!(send("/items/x?count=0", "k3", "{").await.status(), 401);
    assert_eq!(send("/items/x?count=0", "k2", "{").await.status(), 403);
    assert_eq!(send("/items/x?count=0", "", "{").await.status(), 401);
    let response = send("/items/x?count=0", "k1", r#"{"name": 1}"#).await;
    assert_eq!(response.status(), 422);
    let errors: Value = response.json().await;
    let locations: Vec<&Value> = errors["detail"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| &error["loc"])
        .collect();
    assert_eq!(
        locations,
        [
            &json!(["path", "id"]),
            &json!(["query", "count"]),
            &json!(["body", "name"])
        ]
    );
    let response = send("/items/3?count=2", "k1", r#"{"name": "lamp"}"#).await;
    assert_eq!(response.text().await, r#"[3,2,1,"lamp"]"#);
}

#[dependency]
async fn page(
    #[query(default = 0, ge = 0)] offset: i32,
    #[query(default = 10, le = 20)] limit: u32,
) -> (i32, u32) {
    (offset, limit)
}

#[dependency]
async fn shown(#[depends(page)] page: (i32, u32)) -> (i32, u32) {
    page
}

#[get("/list")]
async fn list(
    #[query(default = String::new())] q: String,
    #[depends(page)] page: (i32, u32),
    #[depends(shown)] shown: (i32, u32),
) -> Value {
    assert_eq!(page, shown);
    json!([q, page.0, page.1])
}

#[tokio::test]
async fn validation_errors_of_dependencies_are_reported_once_with_those_of_the_handler() {
    let service = App::new("Shop", "1.0.0").routes(routes![list]);
    let service = service.build().expect("a service");
    let parameters = &service.openapi()["paths"]["/list"]["get"]["parameters"];
    let names: Vec<_> = parameters
        .as_array()
        .expect("parameters")
        .iter()
        .map(|it| it["name"].as_str())
        .collect();
    assert_eq!(names, [Some("q"), Some("offset"), Some("limit")]);
    let client = TestClient::new(service);
    let response = client.get("/list?offset=-1&limit=30").send().await;
    assert_eq!(response.status(), 422);
    let errors: Value = response.json().await;
    assert_eq!(
        errors["detail"].as_array().map(Vec::len),
        Some(2),
        "{errors}"
    );
    let response = client.get("/list?offset=3").send().await;
    assert_eq!(response.text().await, r#"["",3,10]"#);
}

macro_rules! steps {
    ($($name:ident)*) => {$(
        #[dependency]
        async fn $name(#[state] log: Log) {
            log.add(stringify!($name));
        }
    )*};
}

steps!(of_app of_outer of_inner of_route of_argument);

#[get("/ordered", requires(of_route))]
async fn ordered(#[depends(of_argument)] _argument: (), #[state] log: Log) {
    log.add("handler");
}

#[tokio::test]
async fn requirements_run_from_the_outside_in() {
    let log = Log::default();
    let inner = Router::new("/inner")
        .requires(Requirement::of::<of_inner>())
        .routes(routes![ordered]);
    let outer = Router::new("/outer")
        .requires(Requirement::of::<of_outer>())
        .router(inner);
    let app = App::new("Order", "1.0.0").state(log.clone());
    let client = client(app.requires(Requirement::of::<of_app>()).router(outer));
    assert_eq!(
        client.get("/outer/inner/ordered").send().await.status(),
        204
    );
    let expected = [
        "of_app",
        "of_outer",
        "of_inner",
        "of_route",
        "of_argument",
        "handler",
    ];
    assert_eq!(log.take(), expected);
}

#[dependency]
async fn positive(#[header(ge = 1)] x_number: i32) -> i32 {
    x_number
}

#[get("/both", requires(positive))]
async fn both(#[query] n: u32, #[state] log: Log) -> u32 {
    log.add("handler");
    n
}

#[tokio::test]
async fn validation_errors_of_a_requirement_are_reported_with_those_of_the_handler() {
    let log = Log::default();
    let app = App::new("Both", "1.0.0").state(log.clone());
    let client = client(app.routes(routes![both]));
    let response = client.get("/both?n=x").header("x-number", "0").send().await;
    assert_eq!(response.status(), 422);
    let errors: Value = response.json().await;
    assert_eq!(
        errors["detail"].as_array().map(Vec::len),
        Some(2),
        "{errors}"
    );
    let response = client.get("/both?n=1").header("x-number", "0").send().await;
    assert_eq!(response.status(), 422);
    assert_eq!(log.take(), Vec::<&str>::new());
}

#[dependency]
async fn known_item(#[path] id: u32) -> Result<u32, HttpError> {
    if id < 10 {
        Ok(id)
    } else {
        Err(HttpError::new(StatusCode::NOT_FOUND, "No such item"))
    }
}

#[get("/known/{id}")]
async fn show_known(#[depends(known_item)] id: u32) -> u32 {
    id
}

#[delete("/known/{id}", requires(known_item))]
async fn remove_known() {}

#[get("/shops/{shop}/known/{id}")]
async fn show_of_shop(#[depends(known_item)] id: u32) -> u32 {
    id
}

#[tokio::test]
async fn a_dependency_can_take_a_variable_of_the_path() {
    let routes = routes![show_known, remove_known];
    let service = App::new("Shop", "1.0.0").routes(routes).build();
    let service = service.expect("the variable is taken");
    let parameter = &service.openapi()["paths"]["/known/{id}"]["delete"]["parameters"][0];
    assert_eq!(parameter["name"], "id");
    assert_eq!(parameter["in"], "path");
    let client = TestClient::new(service);
    for (path, status) in [("/known/7", 200), ("/known/11", 404), ("/known/x", 422)] {
        assert_eq!(client.get(path).send().await.status(), status, "{path}");
    }

    let error = App::new("Shop", "1.0.0")
        .routes(routes![show_of_shop])
        .build();
    let error = error.expect_err("nothing takes `shop`").to_string();
    assert!(
        error.contains("no argument takes the path variable `shop`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_replaced_dependency_does_not_run() {
    let log = Log::default();
    let app = App::new("Order", "1.0.0").state(log.clone());
    let client = client(app.routes(routes![ordered, add_item]))
        .replace::<of_argument>(|| ())
        .replace::<key>(|| 7);
    client.get("/ordered").send().await;
    assert_eq!(log.take(), ["of_route", "handler"]);
    let response = client
        .post("/items/1?count=2")
        .json(&json!({"name": "lamp"}));
    assert_eq!(response.send().await.text().await, r#"[1,2,7,"lamp"]"#);
}

#[get("/open")]
async fn open() -> u32 {
    1
}

#[get("/closed", requires(key))]
async fn closed() -> u32 {
    1
}

#[get("/news", public)]
async fn news() -> u32 {
    1
}

#[tokio::test]
async fn deny_by_default_names_what_is_open() {
    let app = || App::new("Club", "1.0.0").deny_by_default();
    let error = app()
        .routes(routes![open, closed, news])
        .build()
        .expect_err("`open` is open");
    let error = error.to_string();
    assert!(error.contains("`GET /open` is open to everyone"), "{error}");
    assert!(
        !error.contains("/closed") && !error.contains("/news"),
        "{error}"
    );

    let other = || App::new("Other", "1.0.0").build().expect("it builds");
    let error = app().mount("/other", other()).build();
    let error = error.expect_err("the mount is open").to_string();
    assert!(
        error.contains("the service at `/other` is open to everyone"),
        "{error}"
    );
    assert!(app().mount_public("/other", other()).build().is_ok());

    let client = client(app().routes(routes![closed, news, add_item]));
    assert_eq!(client.open_operations().await, Vec::<String>::new());
    let client = self::client(App::new("Club", "1.0.0").routes(routes![open, closed, news]));
    assert_eq!(client.open_operations().await, ["GET /open: 200 OK"]);
}

#[dependency(response(401, "Unknown key"), response(403, "Not a member"))]
async fn member(#[extract(ApiKey::header("X-Key"))] key: Secret<String>) -> Result<(), HttpError> {
    match key.expose().as_str() {
        "member" => Ok(()),
        _ => Err(forbidden("Not a member")),
    }
}

#[get("/members", requires(member))]
async fn members() -> Vec<String> {
    vec![]
}

#[tokio::test]
async fn the_document_has_the_errors_that_a_dependency_describes() {
    let client = client(App::new("Club", "1.0.0").routes(routes![members]));
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let responses = &document["paths"]["/members"]["get"]["responses"];
    assert_eq!(responses["403"]["description"], "Not a member");
    assert_eq!(
        responses["401"]["description"],
        "Not authenticated\n\nUnknown key"
    );
    let content = &responses["403"]["content"]["application/json"];
    assert_eq!(content["schema"]["required"], json!(["detail"]));
}
