//! `errors-merged`: a customs office that reports all validation errors at once, and accepts arbitrary bytes.

use avocet::{OperationIds, prelude::*};
use serde_json::{Value, json};

#[model(input)]
struct Item {
    #[field(min_length = 1)]
    name: String,
    #[field(gt = 0)]
    weight: f64,
}

#[model(input)]
#[serde(deny_unknown_fields)]
struct Declaration {
    holder: String,
    #[field(min_items = 1)]
    items: Vec<Item>,
    #[field(default = 0, ge = 0, le = 9_007_199_254_740_991)]
    value: i64,
}

#[put("/declarations/{number}")]
async fn put_declaration(
    #[path(gt = 0)] number: i64,
    #[body] body: Declaration,
    #[query(pattern = "^[a-z]{2}$")] lang: String,
    #[query(default = 1, le = 9)] copies: i64,
    #[header(default = 100, ge = 100)] x_office: i64,
    #[cookie(default = "none", max_length = 4)] badge: String,
) -> Value {
    json!({
        "number": number,
        "holder": body.holder,
        "weight": body.items.iter().map(|item| item.weight).sum::<f64>(),
        "lang": lang,
        "copies": copies,
        "office": x_office,
        "badge": badge,
    })
}

#[post("/declarations")]
async fn post_declaration(#[body] body: Declaration) -> Value {
    json!({"holder": body.holder, "items": body.items.len(), "value": body.value})
}

#[model(input)]
struct Nested {
    inner: Option<Box<Nested>>,
}

fn depth(nested: &Nested) -> u32 {
    1 + nested.inner.as_deref().map_or(0, depth)
}

#[post("/nested")]
async fn post_nested(#[body] body: Nested) -> Value {
    json!({"depth": depth(&body)})
}

#[post("/optional")]
async fn post_optional(#[body] body: Option<Item>) -> Value {
    json!({"given": body.is_some()})
}

#[post("/numbers")]
async fn post_numbers(#[body] numbers: Vec<f64>) -> Value {
    json!({"count": numbers.len()})
}

#[model]
struct Count {
    n: i64,
}

#[post("/counts")]
async fn post_count(#[body] count: Count) -> Count {
    count
}

#[get("/counts/{n}")]
async fn read_count(n: i64) -> Value {
    json!({"n": n})
}

#[post("/anything")]
async fn post_anything(#[body] body: Value) -> Value {
    let kind = match body {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    };
    json!({"kind": kind})
}

#[post("/pair")]
async fn post_pair(
    #[body] left: Item,
    #[body] right: Item,
    #[body(max_length = 5)] note: String,
) -> Value {
    json!({"left": left.name, "right": right.name, "note": note})
}

/// Builds the app.
pub fn app() -> App {
    App::new("Customs office", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes(routes![
            put_declaration,
            post_declaration,
            post_nested,
            post_optional,
            post_numbers,
            post_count,
            read_count,
            post_anything,
            post_pair,
        ])
}
