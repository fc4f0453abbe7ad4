//! Every error body that the application below can send, in both formats.

use std::fmt::Write;

use avocet::response::ErrorFormat;
use avocet::testing::{TestClient, TestForm, TestRequest};
use avocet::{App, Service};

use super::routes::app;

const LONG: &str = "a string that is longer than all the limits of this application's fields";

/// Bodies for `POST /everything`, each with a different error.
const BODIES: &[&str] = &[
    "",
    "{",
    "{\"integer\": 1",
    "{\"integer\": 01}",
    "{\"string\": \"\\q\"}",
    "{\"string\": \"\\ud800\"}",
    "[]",
    "null",
    "\"text\"",
    r#"{"unknown": 1, "also": 2}"#,
    r#"{"integer": 0}"#,
    r#"{"integer": 11}"#,
    r#"{"integer": "5"}"#,
    r#"{"integer": 1.5}"#,
    r#"{"integer": 99999999999999999999}"#,
    r#"{"integer": true}"#,
    r#"{"float": 0.5}"#,
    r#"{"float": 1.5}"#,
    r#"{"float": 1e400}"#,
    r#"{"float": "x"}"#,
    r#"{"multiple": 4}"#,
    r#"{"multiple": -3}"#,
    r#"{"multiple": 256}"#,
    r#"{"string": "a"}"#,
    r#"{"string": "abcde"}"#,
    r#"{"string": "A1"}"#,
    r#"{"string": 5}"#,
    r#"{"array": []}"#,
    r#"{"array": [1, 1]}"#,
    r#"{"array": [1, 2, 3]}"#,
    r#"{"array": [1, -1]}"#,
    r#"{"array": ["a", null, 1]}"#,
    r#"{"array": {}}"#,
    r#"{"set": [1, "a"]}"#,
    r#"{"map": {"long name": true}}"#,
    r#"{"map": {"a": 1, "b": true, "c": false}}"#,
    r#"{"map": []}"#,
    r#"{"tuple": ["a"]}"#,
    r#"{"tuple": ["a", 70000]}"#,
    r#"{"tuple": ["a", 1, 2]}"#,
    r#"{"character": "ab"}"#,
    r#"{"character": ""}"#,
    r#"{"email": "nowhere"}"#,
    r#"{"address": "1.2.3"}"#,
    r#"{"secret": 5}"#,
    r#"{"patch": {"name": 5}}"#,
    r#"{"color": "Blue"}"#,
    r#"{"color": 1}"#,
    r#"{"animal": {"lives": 9}}"#,
    r#"{"animal": {"kind": "Bird"}}"#,
    r#"{"animal": {"kind": 5}}"#,
    r#"{"animal": {"kind": "Cat", "lives": "nine"}}"#,
    r#"{"animal": {"kind": "Dog"}}"#,
    r#"{"animal": "Cat"}"#,
    r#"{"either": true}"#,
    r#"{"either": ["a", 1]}"#,
    r#"{"nested": {"nested": {"integer": 0, "array": [null]}}}"#,
];

/// Queries and headers for `GET /parameters/{id}`.
const PARAMETERS: &[(&str, &[(&str, &str)])] = &[
    ("/parameters/0", &[]),
    ("/parameters/x?flag=maybe&numbers=1&numbers=b", &[]),
    (
        "/parameters/5?flag=yes",
        &[("x-ratio", "nan"), ("cookie", "visits=256")],
    ),
    (
        "/parameters/1?flag=&numbers=",
        &[("x-ratio", ""), ("cookie", "visits=")],
    ),
    (
        "/parameters/4294967296?flag=2",
        &[("x-ratio", "1,5"), ("cookie", "visits=-1")],
    ),
    ("/parameters/%ff", &[]),
];

#[tokio::test]
async fn error_bodies_are_the_saved_ones() {
    super::text("error-bodies", &all(app).await);
}

#[tokio::test]
async fn error_details_are_the_saved_ones() {
    let details = || app().error_format(ErrorFormat::ProblemDetails);
    super::text("error-bodies-problem-details", &all(details).await);
}

#[tokio::test]
async fn errors_that_show_the_input_are_the_saved_ones() {
    let shown = || app().include_input_in_errors();
    super::text("error-bodies-with-input", &all(shown).await);
}

/// Returns each request followed by its response.
async fn all(app: impl Fn() -> App) -> String {
    let service: Service = app().build().expect("it builds");
    let client = TestClient::new(service);
    let json = |body: &str| {
        let request = client.post("/everything").body(body.to_owned());
        request.header("content-type", "application/json")
    };
    let mut written = String::new();
    for body in BODIES {
        add(
            &mut written,
            &format!("POST /everything {body}"),
            json(body),
        )
        .await;
    }
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    add(
        &mut written,
        "200 nested arrays",
        json(&format!("{{\"array\": {deep}}}")),
    )
    .await;
    let long = format!("{{\"{LONG}\": 1, \"string\": \"{LONG}\"}}");
    add(&mut written, "long names", json(&long)).await;
    add(
        &mut written,
        "a body over the limit",
        json(&" ".repeat(5000)),
    )
    .await;
    for (path, headers) in PARAMETERS {
        let mut request = client.get(path);
        for (name, value) in *headers {
            request = request.header(name, value);
        }
        add(&mut written, &format!("GET {path} {headers:?}"), request).await;
    }
    let everything = client.post("/everything").body("a=1");
    let everything = everything.header("content-type", "text/plain");
    add(&mut written, "POST /everything as text/plain", everything).await;
    let untyped = client.post("/everything").body("{}");
    add(
        &mut written,
        "POST /everything without a content type",
        untyped,
    )
    .await;
    add(&mut written, "POST /form, empty", client.post("/form")).await;
    let form = client.post("/form").form(&[("name", "a"), ("age", "old")]);
    add(&mut written, "POST /form, urlencoded", form).await;
    let parts = TestForm::new()
        .text("name", "a")
        .text("age", "300")
        .text("photo", "x");
    add(
        &mut written,
        "POST /form, no file",
        client.post("/form").multipart(parts),
    )
    .await;
    let cut = client
        .post("/form")
        .body("--b\r\ncontent-disposition: form-data");
    let cut = cut.header("content-type", "multipart/form-data; boundary=b");
    add(&mut written, "POST /form, cut short", cut).await;
    let bare = client.post("/form").body("x");
    let bare = bare.header("content-type", "multipart/form-data");
    add(&mut written, "POST /form without a boundary", bare).await;
    for path in ["sold-out", "closed"] {
        let path = format!("/orders/{path}");
        add(&mut written, &format!("POST {path}"), client.post(&path)).await;
    }
    for path in [
        "/teapot",
        "/broken",
        "/panic",
        "/missing",
        "/numbers?fail=true",
    ] {
        add(&mut written, &format!("GET {path}"), client.get(path)).await;
    }
    add(&mut written, "DELETE /teapot", client.delete("/teapot")).await;
    written
}

async fn add(written: &mut String, what: &str, request: TestRequest) {
    let response = request.header("x-request-id", "request-1").send().await;
    let status = response.status();
    let mut headers: Vec<_> = response
        .headers()
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("ASCII")))
        .collect();
    headers.sort();
    let body = match response.header("content-type") {
        "application/jsonl" => "(a stream)".to_owned(),
        _ => response.text().await,
    };
    writeln!(
        written,
        "{what}\n  {status}\n  {}\n  {body}\n",
        headers.join("\n  ")
    )
    .expect("a string takes it");
}
