//! Parameters as declared with the attribute macros: values, lists, sets, and models of these.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod header_lists;
mod models;
mod of_forms;
mod values;

use avocet::model::OrderedJson;
use avocet::prelude::*;
use avocet::route::Route;
use avocet::testing::{TestClient, TestRequest};
use serde_json::Value;

fn client(routes: Vec<Route>) -> TestClient {
    let app = App::new("Test", "1.0.0").routes(routes);
    TestClient::new(app.build().unwrap_or_else(|error| panic!("{error}")))
}

async fn good(request: TestRequest) -> Value {
    let response = request.send().await;
    let status = response.status();
    let text = response.text().await;
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Returns the locations and the codes of the validation errors.
async fn rejected(request: TestRequest) -> Vec<(String, String)> {
    let response = request.send().await;
    assert_eq!(response.status(), 422);
    let body: Value = response.json().await;
    let errors = body["detail"].as_array().unwrap();
    let location = |error: &Value| {
        let steps = error["loc"].as_array().unwrap().iter();
        let steps: Vec<String> = steps
            .map(|step| {
                step.as_str()
                    .map_or_else(|| step.to_string(), str::to_owned)
            })
            .collect();
        steps.join(".")
    };
    errors
        .iter()
        .map(|error| (location(error), error["type"].as_str().unwrap().to_owned()))
        .collect()
}

#[track_caller]
fn same(found: &[(String, String)], expected: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(location, code)| (location.as_str(), code.as_str()))
        .collect();
    assert_eq!(found, expected);
}

/// Returns the operation in the document.
async fn documented(client: &TestClient, method: &str, path: &str) -> Value {
    let document = document(client).await;
    document["paths"][path][method].clone().into()
}

async fn document(client: &TestClient) -> OrderedJson {
    let document = client.get("/openapi.json").send().await.text().await;
    document.parse().unwrap()
}

/// Returns the errors that prevent an application from starting.
fn mistakes(routes: Vec<Route>) -> Vec<String> {
    let error = App::new("Test", "1.0.0")
        .routes(routes)
        .build()
        .unwrap_err();
    error
        .mistakes()
        .iter()
        .map(|mistake| mistake.what().to_owned())
        .collect()
}

/// Returns each parameter by its name.
fn by_name(operation: &Value) -> Value {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let named = parameters.map(|parameter| {
        (
            parameter["name"].as_str().unwrap().to_owned(),
            parameter.clone(),
        )
    });
    Value::Object(named.collect())
}
