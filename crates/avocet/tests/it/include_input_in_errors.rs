//! `App::include_input_in_errors`: each validation error contains the input, but never a secret.

use std::collections::BTreeMap;

use avocet::prelude::*;
use avocet::response::ErrorFormat;
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::{Value, json};

#[model(input)]
struct Order {
    count: u8,
    #[field(max_items = 1, items(ge = 0))]
    sizes: Vec<i32>,
    #[field(keys(min_length = 2))]
    prices: Option<BTreeMap<String, f64>>,
    part: Option<Part>,
}

#[model(input)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Part {
    Wheel { spokes: u8 },
}

#[post("/orders/{id}")]
async fn order(
    id: u32,
    #[query(max_items = 1)] tags: Option<Vec<u8>>,
    #[body] order: Order,
) -> usize {
    let Order {
        count,
        sizes,
        prices,
        part,
    } = order;
    let spokes = part.map_or(0, |Part::Wheel { spokes }| spokes);
    usize::from(count)
        + sizes.len()
        + prices.map_or(0, |it| it.len())
        + usize::from(spokes)
        + id as usize
        + tags.map_or(0, |it| it.len())
}

#[model(input)]
struct Login {
    name: String,
    #[field(min_length = 8)]
    password: Secret<String>,
}

#[post("/login")]
async fn login(#[body] login: Login, #[query] page: Option<u8>) -> usize {
    login.name.len() + login.password.expose().len() + usize::from(page.unwrap_or(0))
}

#[post("/form")]
async fn form(#[form] number: u8, #[header] x_depth: Option<u8>) -> u8 {
    number + x_depth.unwrap_or(0)
}

fn app() -> App {
    App::new("Orders", "1.0.0").routes(routes![order, login, form])
}

fn client(app: App) -> TestClient {
    TestClient::new(app.build().expect("it has no mistakes"))
}

async fn inputs(client: &TestClient, path: &str, body: &str) -> Vec<(String, Option<Value>)> {
    let request = client.post(path).header("content-type", "application/json");
    let response = request.body(body.to_owned()).send().await;
    assert_eq!(response.status(), 422);
    let response: Value = response.json().await;
    let errors = response["detail"].as_array().expect("a list");
    let shown = |it: &Value| (it["loc"].to_string(), it.get("input").cloned());
    errors.iter().map(shown).collect()
}

#[tokio::test]
async fn members_are_shown_in_the_order_in_which_they_were_sent() {
    let client = client(app().include_input_in_errors());
    let request = client.post("/orders/1");
    let request = request.header("content-type", "application/json");
    let response = request.body(r#"{"part": null, "count": 1}"#).send().await;
    let text = response.text().await;
    assert!(
        text.contains(r#""input":{"part":null,"count":1}"#),
        "{text}"
    );
}

#[tokio::test]
async fn what_was_sent_is_shown() {
    let client = client(app().include_input_in_errors());
    let body = r#"{
        "count": "many", "sizes": [-1, 5], "prices": {"a": 1, "bc": "x"}, "part": {"kind": "wheel", "spokes": -2}
    }"#;
    let found = inputs(&client, "/orders/x?tags=1&tags=b", body).await;
    let expected = [
        (r#"["path","id"]"#, json!("x")),
        (r#"["query","tags"]"#, json!(["1", "b"])),
        (r#"["query","tags",1]"#, json!("b")),
        (r#"["body","count"]"#, json!("many")),
        (r#"["body","sizes",0]"#, json!(-1)),
        (r#"["body","sizes"]"#, json!([-1, 5])),
        (r#"["body","prices","a","[key]"]"#, json!("a")),
        (r#"["body","prices","bc"]"#, json!("x")),
        (r#"["body","part","wheel","spokes"]"#, json!(-2)),
    ];
    let expected = expected.map(|(location, input)| (location.to_owned(), Some(input)));
    assert_eq!(found, expected);

    let found = inputs(&client, "/orders/1", r#"{"count": 1}"#).await;
    let around = Some(json!({"count": 1}));
    assert_eq!(found, [(r#"["body","sizes"]"#.to_owned(), around)]);
    let found = inputs(&client, "/orders/1", "{").await;
    assert_eq!(found, [(r#"["body",1]"#.to_owned(), Some(json!({})))]);
    let found = inputs(&client, "/orders/1", "").await;
    assert_eq!(found, [(r#"["body"]"#.to_owned(), Some(Value::Null))]);

    let request = client.post("/form").header("x-depth", "deep");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = request
        .body("number=one")
        .send()
        .await
        .json::<Value>()
        .await;
    assert_eq!(response["detail"][0]["input"], "deep");
    assert_eq!(response["detail"][1]["input"], "one");
}

#[tokio::test]
async fn nothing_is_shown_unless_asked_for_and_nothing_of_a_route_that_takes_a_secret() {
    let quiet = client(app());
    let found = inputs(&quiet, "/orders/1", "{}").await;
    assert!(found.iter().all(|(_, input)| input.is_none()));
    let client = client(app().include_input_in_errors());
    for body in [
        r#"{"name": "hunter2"}"#,
        r#"{"name": 1, "password": "hunter2"}"#,
        r#"[{"password": "hunter2"}]"#,
        r#""hunter2""#,
    ] {
        let found = inputs(&client, "/login?page=hunter2", body).await;
        assert!(found.iter().all(|(_, input)| input.is_none()), "{found:?}");
    }
}

#[tokio::test]
async fn what_is_long_is_not_shown() {
    let client = client(app().include_input_in_errors());
    let body = json!({"count": "c".repeat(2_000), "sizes": "s"});
    let found = inputs(&client, "/orders/1", &body.to_string()).await;
    let shown: Vec<_> = found.into_iter().map(|(_, input)| input).collect();
    assert_eq!(shown, [None, Some(json!("s"))]);
    let body = json!({"count": "", "sizes": [], "more": "m".repeat(300_000)});
    let found = inputs(&client, "/orders/1", &body.to_string()).await;
    assert!(found[0].1.is_none());
}

#[tokio::test]
async fn the_document_and_the_other_shape_of_errors_say_it_too() {
    let app = app()
        .include_input_in_errors()
        .error_format(ErrorFormat::ProblemDetails);
    let client = client(app);
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let error = &document["components"]["schemas"]["Problem"]["properties"];
    assert_eq!(error["input"]["description"], "The rejected value.");
    let request = client
        .post("/orders/x")
        .header("content-type", "application/json");
    let response: Value = request.body("{}").send().await.json().await;
    assert_eq!(response["errors"][0]["input"], "x");
}

/// The shown input is the value that the reader rejected, where a different reader would see a different value or none.
#[tokio::test]
async fn the_shown_value_is_the_one_that_was_read() {
    let client = client(app().include_input_in_errors());
    for (body, location, shown) in [
        // A byte order mark is ignored.
        (
            "\u{feff}{\"count\": \"many\", \"sizes\": []}",
            "count",
            json!("many"),
        ),
        // The last one counts.
        (
            r#"{"count": 1, "sizes": [], "count": "x", "count": "y"}"#,
            "count",
            json!("y"),
        ),
        (r#"{"co\u0075nt": "x", "sizes": []}"#, "count", json!("x")),
        // No float can represent the number, neither at the error's location nor elsewhere.
        (
            r#"{"count": "x", "sizes": [], "other": 1e999}"#,
            "count",
            json!("x"),
        ),
        (r#"{"count": 1e999, "sizes": []}"#, "count", json!("1e999")),
    ] {
        let found = inputs(&client, "/orders/1", body).await;
        let location = format!(r#"["body","{location}"]"#);
        assert_eq!(found, [(location, Some(shown))], "{body}");
    }
    let deep = format!(
        r#"{{"count": "x", "sizes": [], "other": {}1{}}}"#,
        "[".repeat(126),
        "]".repeat(126)
    );
    let found = inputs(&client, "/orders/1", &deep).await;
    assert_eq!(found[0].1, Some(json!("x")));
}
