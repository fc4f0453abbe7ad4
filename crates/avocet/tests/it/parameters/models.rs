//! Models of parameters: queries, headers and cookies.

use std::collections::{BTreeMap, BTreeSet};

use avocet::prelude::*;
use serde_json::{Value, json};

use super::{by_name, client, documented, good, mistakes, rejected, same};

#[model]
#[derive(Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Order {
    Newest,
    Price,
}

#[model(integer)]
enum Grade {
    Rough = 1,
    Fine = 2,
}

/// Lower case letters.
#[model]
struct Tag(#[field(pattern = "^[a-z]+$")] String);

#[model]
struct Page {
    #[field(default = 10, ge = 1, le = 100)]
    limit: u8,
    #[field(default)]
    offset: u64,
}

#[model(check = Filter::ordered)]
#[serde(rename_all = "camelCase")]
struct Filter {
    /// At least this.
    #[field(ge = 0, example = 2.5)]
    min_price: Option<f64>,
    max_price: Option<f64>,
    #[field(default, items(max_length = 5), alias = "tag")]
    tags: Vec<Tag>,
    #[field(default)]
    grades: BTreeSet<u8>,
    grade: Option<Grade>,
    #[field(default = Order::Newest, deprecated)]
    order: Order,
    #[field(check = is_even)]
    seats: Option<u32>,
    fresh: Option<bool>,
    span: Option<(i8, i8)>,
    #[serde(flatten)]
    page: Page,
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "a check is given the field's type"
)]
fn is_even(seats: &Option<u32>) -> Result<(), &'static str> {
    match seats {
        Some(seats) if seats % 2 == 1 => Err("must be even"),
        _ => Ok(()),
    }
}

impl Filter {
    fn ordered(&self) -> Result<(), ValidationError> {
        match (self.min_price, self.max_price) {
            (Some(least), Some(most)) if least > most => {
                Err(ValidationError::value_error("is above `maxPrice`").under("minPrice"))
            }
            _ => Ok(()),
        }
    }
}

#[get("/search")]
async fn search(#[query] filter: Filter) -> Value {
    json!(filter)
}

#[tokio::test]
async fn the_fields_of_a_query_are_read_like_those_of_a_body() {
    let client = client(routes![search]);
    let defaults = good(client.get("/search")).await;
    assert_eq!(
        defaults,
        json!({
            "minPrice": null, "maxPrice": null, "tags": [], "grades": [], "grade": null, "order": "newest",
            "seats": null, "fresh": null, "span": null, "limit": 10, "offset": 0,
        })
    );
    let path = "/search?minPrice=%201_0.5&maxPrice=1e2&tag=a&tag=b&grades=3&grades=1&grade=2&order=price\
                &seats=1&seats=4&fresh=on&span=-1&span=2&limit=7&offset=1.0&unknown=1";
    let all = good(client.get(path)).await;
    assert_eq!(
        all,
        json!({
            "minPrice": 10.5, "maxPrice": 100.0, "tags": ["a", "b"], "grades": [1, 3], "grade": 2, "order": "price",
            "seats": 4, "fresh": true, "span": [-1, 2], "limit": 7, "offset": 1,
        })
    );
}

#[tokio::test]
async fn every_error_of_a_query_is_found_at_its_field() {
    let client = client(routes![search]);
    let path = "/search?minPrice=low&tags=a&tags=A1&tags=abcdef&grades=256&grade=3&order=none&seats=3&fresh=x&span=1&limit=0";
    let found = rejected(client.get(path)).await;
    same(
        &found,
        &[
            ("query.minPrice", "float_parsing"),
            ("query.tags.1", "string_pattern_mismatch"),
            ("query.tags.2", "string_too_long"),
            ("query.grades.0", "less_than_equal"),
            ("query.grade", "enum"),
            ("query.order", "enum"),
            ("query.seats", "value_error"),
            ("query.fresh", "bool_parsing"),
            ("query.span.1", "missing"),
            ("query.limit", "greater_than_equal"),
        ],
    );
    let found = rejected(client.get("/search?minPrice=2&maxPrice=1")).await;
    same(&found, &[("query.minPrice", "value_error")]);
    let found = rejected(client.get("/search?maxPrice=nan")).await;
    same(&found, &[("query.maxPrice", "finite_number")]);
}

#[tokio::test]
async fn each_field_is_documented_as_a_parameter() {
    let client = client(routes![search]);
    let parameters = by_name(&documented(&client, "get", "/search").await);
    assert_eq!(
        parameters["minPrice"],
        json!({
            "name": "minPrice", "in": "query", "required": false, "description": "At least this.",
            "schema": {
                "anyOf": [{"type": "number", "format": "double", "minimum": 0}, {"type": "null"}],
                "examples": [2.5],
            },
        })
    );
    assert_eq!(parameters["order"]["deprecated"], true);
    assert_eq!(parameters["order"]["schema"]["default"], "newest");
    assert_eq!(
        parameters["tags"]["schema"]["items"],
        json!({"$ref": "#/components/schemas/Tag", "maxLength": 5})
    );
    assert_eq!(parameters["limit"]["schema"]["maximum"], 100);
    assert_eq!(parameters.as_object().unwrap().len(), 11);
    let document = super::document(&client).await;
    let components = document["components"]["schemas"].as_object().unwrap();
    assert!(components.contains_key("Order") && components.contains_key("Tag"));
    assert!(!components.contains_key("Filter") && !components.contains_key("Page"));
}

#[model]
#[serde(deny_unknown_fields)]
struct Agent {
    x_client: String,
    #[field(rename = "X_Old", alias = "x-older", max_length = 3)]
    old: Option<String>,
    #[field(default)]
    x_tag: Vec<u8>,
    host: Option<String>,
}

#[get("/agent")]
async fn agent(#[header] agent: Agent) -> Value {
    json!(agent)
}

#[tokio::test]
async fn headers_have_hyphens_and_no_case() {
    let client = client(routes![agent]);
    let request = client
        .get("/agent")
        .header("X-CLIENT", "a")
        .header("X-Tag", "1")
        .header("x-tag", "2");
    let read = good(request.header("x_old", "ü")).await;
    assert_eq!(read["x_client"], "a");
    assert_eq!(read["x_tag"], json!([1, 2]));
    assert_eq!(read["X_Old"], "ü");
    let read = good(
        client
            .get("/agent")
            .header("x-client", "a")
            .header("X-Older", "b"),
    )
    .await;
    assert_eq!(read["X_Old"], "b");
    let found = rejected(
        client
            .get("/agent")
            .header("x-tag", "no")
            .header("x-older", "long"),
    )
    .await;
    same(
        &found,
        &[
            ("header.X_Old", "string_too_long"),
            ("header.x-tag.0", "int_parsing"),
            ("header.x-client", "missing"),
        ],
    );
    let parameters = by_name(&documented(&client, "get", "/agent").await);
    assert_eq!(parameters["x-client"]["required"], true);
    assert!(parameters.get("X_Old").is_some() && parameters.get("x-older").is_none());
}

#[tokio::test]
async fn an_underscore_is_no_hyphen_in_what_is_sent() {
    let client = client(routes![agent]);
    // With the model's own spelling of a different header: the header is not a field of the model, which rejects it.
    let found = rejected(client.get("/agent").header("x_client", "a")).await;
    same(
        &found,
        &[
            ("header.x-client", "missing"),
            ("header.x_client", "extra_forbidden"),
        ],
    );
}

#[model]
struct Near {
    latitude: f64,
    #[field(default = 1.0)]
    radius: f64,
}

#[model]
#[serde(deny_unknown_fields)]
struct Paging {
    #[field(default = 1)]
    page: u32,
}

#[get("/places")]
async fn locations(
    #[query] near: Option<Near>,
    #[query] paging: Paging,
    #[query(alias = "text")] q: Option<String>,
    #[query(default = Near { latitude: 0.0, radius: 5.0 })] home: Near,
) -> Value {
    json!({"near": near, "page": paging.page, "q": q, "home": home})
}

#[tokio::test]
async fn models_and_values_stand_side_by_side() {
    let client = client(routes![locations]);
    let read = good(client.get("/places?text=a&page=2")).await;
    assert_eq!(
        read,
        json!({"near": null, "page": 2, "q": "a", "home": {"latitude": 0.0, "radius": 5.0}})
    );
    let read = good(client.get("/places?latitude=4")).await;
    assert_eq!(read["near"], json!({"latitude": 4.0, "radius": 1.0}));
    assert_eq!(read["home"], read["near"]);
    // A part of an optional model does not make it absent.
    let found = rejected(client.get("/places?radius=4")).await;
    same(
        &found,
        &[("query.latitude", "missing"), ("query.latitude", "missing")],
    );
    let found = rejected(client.get("/places?other=1&q=a&other=2")).await;
    same(&found, &[("query.other", "extra_forbidden")]);
    let parameters = by_name(&documented(&client, "get", "/places").await);
    assert_eq!(parameters["latitude"]["required"], false);
}

#[model]
#[serde(default)]
struct Session {
    id: Option<String>,
    theme: String,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            id: None,
            theme: "dark".to_owned(),
        }
    }
}

#[get("/session")]
async fn session(#[cookie] session: Session) -> Value {
    json!(session)
}

#[tokio::test]
async fn cookies_make_a_model_with_its_own_defaults() {
    let client = client(routes![session]);
    let read = good(
        client
            .get("/session")
            .header("cookie", "id=\"a b\"; id=c; other"),
    )
    .await;
    assert_eq!(read, json!({"id": "c", "theme": "dark"}));
    assert_eq!(
        good(client.get("/session")).await,
        json!({"id": null, "theme": "dark"})
    );
}

#[model]
struct Whole {
    near: Near,
    names: BTreeMap<String, u8>,
    matrix: Vec<Vec<u8>>,
    good: Vec<u8>,
}

#[model]
#[serde(tag = "kind")]
enum Shape {
    Square { side: f64 },
    Point,
}

#[get("/whole")]
async fn whole(#[query] whole: Whole, #[header] shape: Shape) {
    let _ = (whole, shape);
}

#[get("/words")]
async fn words(#[query(alias = "p")] paging: Paging) {
    let _ = paging;
}

#[get("/twice")]
async fn twice(#[query] page: String, #[query] paging: Paging) {
    let _ = (page, paging);
}

#[test]
fn what_is_not_text_is_a_mistake_at_the_start() {
    let found = mistakes(routes![whole]);
    let about = |name: &str| {
        let start = format!(
            "the field \"{name}\" is neither a single value nor a list of single values, so it cannot be read from the query"
        );
        found
            .iter()
            .filter(|mistake| mistake.starts_with(&start))
            .count()
    };
    assert_eq!(
        (
            about("near"),
            about("names"),
            about("matrix"),
            about("good")
        ),
        (1, 1, 1, 0),
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .any(|mistake| mistake.contains("a tagged enum")),
        "{found:#?}"
    );
    assert_eq!(found.len(), 4);
}

#[test]
fn what_is_said_of_a_model_as_one_value_is_a_mistake_at_the_start() {
    let found = mistakes(routes![words]);
    assert!(found[0].starts_with("`paging` is a model"), "{found:#?}");
    let found = mistakes(routes![twice]);
    assert_eq!(
        found,
        ["two arguments take the query value `page` with different types"]
    );
}

#[tokio::test]
async fn many_unknown_names_make_a_bounded_response() {
    #[get("/paging")]
    async fn paging(#[query] paging: Paging) -> u32 {
        paging.page
    }
    let client = client(routes![paging]);
    let names: Vec<String> = (0..200)
        .map(|number| format!("{number}{}", "x".repeat(200)))
        .collect();
    let response = client
        .get(&format!("/paging?{}", names.join("&")))
        .send()
        .await;
    assert_eq!(response.status(), 422);
    let text = response.text().await;
    assert!(text.len() < 40_000, "{}", text.len());
}
