//! Headers that are lists (RFC 9110, section 5.6.1), as style `simple` of the document writes them.

use std::collections::BTreeSet;

use avocet::extract::Header;
use avocet::prelude::*;
use avocet::route::Route;
use serde_json::{Value, json};

use super::{by_name, client, documented, good, mistakes, rejected, same};

#[get("/ids")]
async fn ids(#[header] x_id: Vec<i32>) -> Vec<i32> {
    x_id
}

#[get("/tags")]
async fn tags(#[header(max_items = 3)] if_none_match: Option<Vec<String>>) -> Option<Vec<String>> {
    if_none_match
}

#[get("/set")]
async fn set(#[header(default = BTreeSet::from([7]))] x_id: BTreeSet<u8>) -> Vec<u8> {
    x_id.into_iter().collect()
}

#[get("/one")]
async fn one(#[header] x_text: String) -> String {
    x_text
}

#[model(input)]
struct Trace {
    x_id: Vec<u32>,
    x_note: Option<String>,
}

#[get("/model")]
async fn model(#[header] trace: Trace) -> Value {
    json!([trace.x_id, trace.x_note])
}

fn all() -> avocet::testing::TestClient {
    client(routes![ids, tags, set, one, model])
}

#[tokio::test]
async fn commas_and_lines_are_one_list() {
    let client = all();
    for lines in [
        &["1,2,3"][..],
        &["1, 2", "3"],
        &["1", "2", "3"],
        &[",1,,2 ,", "", "3"],
    ] {
        for path in ["/ids", "/set"] {
            let request = lines.iter().fold(client.get(path), |request, line| {
                request.header("x-id", line)
            });
            assert_eq!(good(request).await, json!([1, 2, 3]), "{path} {lines:?}");
        }
    }
    let request = client
        .get("/model")
        .header("x-id", "4, 5")
        .header("x-note", "a, b");
    assert_eq!(good(request).await, json!([[4, 5], "a, b"]));
}

#[tokio::test]
async fn quoted_strings_are_kept_whole() {
    let client = all();
    let request = client
        .get("/tags")
        .header("if-none-match", r#""a,b", W/"c""#);
    assert_eq!(good(request).await, json!([r#""a,b""#, r#"W/"c""#]));
}

#[tokio::test]
async fn a_single_value_is_the_whole_line() {
    let request = all().get("/one").header("x-text", "a, b");
    assert_eq!(good(request).await, "a, b");
}

#[tokio::test]
async fn an_empty_list_is_not_an_absent_one() {
    let client = all();
    assert_eq!(
        good(client.get("/ids").header("x-id", " , ")).await,
        json!([])
    );
    assert_eq!(good(client.get("/set").header("x-id", "")).await, json!([]));
    assert_eq!(good(client.get("/set")).await, json!([7]));
    assert_eq!(
        good(client.get("/tags").header("if-none-match", "")).await,
        json!([])
    );
    assert_eq!(good(client.get("/tags")).await, Value::Null);
    same(
        &rejected(client.get("/ids")).await,
        &[("header.x-id", "missing")],
    );
}

#[tokio::test]
async fn a_wrong_element_has_its_location_in_the_list() {
    let client = all();
    let request = client
        .get("/ids")
        .header("x-id", "1,,x")
        .header("x-id", "y, 2");
    same(
        &rejected(request).await,
        &[
            ("header.x-id.1", "int_parsing"),
            ("header.x-id.2", "int_parsing"),
        ],
    );
    let request = client.get("/tags").header("if-none-match", "a, b, c, d");
    same(
        &rejected(request).await,
        &[("header.if-none-match", "too_long")],
    );
}

#[tokio::test]
async fn what_was_sent_is_shown_by_element() {
    let app = App::new("Shown", "1")
        .include_input_in_errors()
        .routes(routes![ids, tags]);
    let client = avocet::testing::TestClient::new(app.build().unwrap());
    let inputs = async |path: &str, name: &str, line: &str| {
        let response = client.get(path).header(name, line).send().await;
        let body: Value = response.json().await;
        body["detail"][0]["input"].clone()
    };
    assert_eq!(inputs("/ids", "x-id", "1, x").await, "x");
    let all = inputs("/tags", "if-none-match", "a, b, c, d").await;
    assert_eq!(all, json!(["a", "b", "c", "d"]));
}

/// Reads one header as two values. Built without macros: the attribute of a route rejects a repeated name.
fn cases() -> Route {
    let arguments = (
        Header::<u32>::new("X-Id"),
        Header::<Option<u32>>::new("x-id"),
    );
    let operation = Operation::get("/cases").id("cases");
    operation.handle(
        arguments,
        |(first, second)| async move { Some(first) == second },
    )
}

#[tokio::test]
async fn names_that_differ_in_case_are_one_parameter() {
    let client = client(vec![same_type()]);
    let operation = documented(&client, "get", "/same").await;
    let parameters = by_name(&operation);
    let names: Vec<_> = parameters.as_object().unwrap().keys().collect();
    assert_eq!(names, ["X-Id"]);
    assert_eq!(parameters["X-Id"]["required"], true);
    // As two kinds of values they conflict.
    assert_eq!(
        mistakes(vec![cases()]),
        ["two arguments take the header value `x-id` with different types"]
    );
}

fn same_type() -> Route {
    let arguments = (
        Header::<u32>::new("X-Id"),
        Header::<u32>::new("x-id"),
        Header::<u32>::new("x-ID"),
    );
    let operation = Operation::get("/same").id("same");
    operation.handle(arguments, |(first, second, third)| async move {
        first + second + third
    })
}
