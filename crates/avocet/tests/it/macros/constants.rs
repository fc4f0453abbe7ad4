//! Enums of constants of several kinds: Python's `Literal[1, "auto", True]`.

use avocet::input::from_json;
use avocet::model::{Side, label};
use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::{described, errors};

#[model(literal)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Precision {
    #[model(value = 16)]
    Half,
    #[model(value = -1)]
    Least,
    Auto,
    #[model(value = "as-is")]
    #[serde(alias = "same")]
    AsIs,
    #[model(value = true)]
    On,
}

/// A model of its own.
#[model]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Version {
    #[model(value = 1)]
    One,
    #[model(value = 2)]
    Two,
}

#[model(literal)]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Only {
    #[model(value = true)]
    Yes,
}

#[test]
fn each_constant_is_its_variant() {
    for (text, expected) in [
        ("16", Precision::Half),
        ("16.0", Precision::Half),
        ("1.6e1", Precision::Half),
        ("-1", Precision::Least),
        (r#""auto""#, Precision::Auto),
        (r#""as-is""#, Precision::AsIs),
        (r#""same""#, Precision::AsIs),
        ("true", Precision::On),
    ] {
        assert_eq!(
            from_json::<Precision>(text.as_bytes()).unwrap(),
            expected,
            "{text}"
        );
    }
    for text in [
        "1",
        r#""16""#,
        "false",
        "null",
        "[]",
        "{}",
        "16.5",
        "1e400",
        r#""true""#,
    ] {
        assert_eq!(
            errors::<Precision>(text),
            [(
                "literal_error".into(),
                "body: Input should be 16, -1, 'auto', 'as-is', 'same' or True".into()
            )],
            "{text}"
        );
    }
    assert_eq!(errors::<Version>("3")[0].0, "enum");
    let all = [
        Precision::Half,
        Precision::Least,
        Precision::Auto,
        Precision::AsIs,
        Precision::On,
    ];
    assert_eq!(
        serde_json::to_value(all).unwrap(),
        json!([16, -1, "auto", "as-is", true])
    );
}

#[test]
fn constants_are_described() {
    assert_eq!(
        described::<Precision>(Side::Input),
        json!({"enum": [16, -1, "auto", "as-is", "same", true]})
    );
    assert_eq!(
        described::<Version>(Side::Input),
        json!({"type": "integer", "enum": [1, 2], "description": "A model of its own."})
    );
    assert_eq!(
        described::<Only>(Side::Input),
        json!({"type": "boolean", "enum": [true]})
    );
    assert_eq!(label::<Only>(), "literal[True]");
}

#[model]
struct Settings {
    precision: Precision,
    versions: Vec<Version>,
}

#[post("/body")]
async fn body(#[body] settings: Settings) -> Settings {
    settings
}

#[get("/query")]
async fn query(
    #[query] precision: Precision,
    #[query(default)] versions: Vec<Version>,
    #[header] x_version: Option<Version>,
) -> (Precision, Vec<Version>, Option<Version>) {
    (precision, versions, x_version)
}

#[post("/form")]
async fn form(#[form] settings: Settings) -> Settings {
    settings
}

#[tokio::test]
async fn constants_come_from_bodies_queries_headers_and_forms() {
    let app = App::new("Constants", "1").routes(routes![body, query, form]);
    let app = app.build().unwrap();
    let parameter = &app.openapi()["paths"]["/query"]["get"]["parameters"][0];
    assert_eq!(
        parameter["schema"]["enum"],
        json!([16, -1, "auto", "as-is", "same", true])
    );
    let client = TestClient::new(app);
    let sent = json!({"precision": true, "versions": [1, 2.0]});
    let response = client.post("/body").json(&sent).send().await;
    assert_eq!(
        response.text().await,
        r#"{"precision":true,"versions":[1,2]}"#
    );
    for (sent, expected) in [
        ("16", "16"),
        ("auto", "\"auto\""),
        ("true", "true"),
        ("on", "true"),
    ] {
        let request = client.get(&format!("/query?precision={sent}&versions=2&versions=1"));
        let response = request.header("x-version", "2").send().await;
        assert_eq!(
            response.text().await,
            format!("[{expected},[2,1],2]"),
            "{sent}"
        );
    }
    let response = client.get("/query?precision=3").send().await;
    assert_eq!(response.status(), 422);
    let errors: Value = serde_json::from_str(&response.text().await).unwrap();
    assert_eq!(errors["detail"][0]["type"], "literal_error");
    assert_eq!(
        errors["detail"][0]["ctx"]["expected"],
        "16, -1, 'auto', 'as-is', 'same' or True"
    );
    let response = client
        .post("/form")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("precision=16&versions=1")
        .send()
        .await;
    assert_eq!(response.text().await, r#"{"precision":16,"versions":[1]}"#);
}
