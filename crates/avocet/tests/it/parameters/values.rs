//! Single values: lists, sets, newtypes, checks and examples.

use std::collections::{BTreeSet, HashSet};

use avocet::prelude::*;
use serde_json::{Value, json};

use super::{by_name, client, documented, good, rejected, same};

#[get("/lists")]
async fn lists(
    #[query(default = vec![1, 2], min_items = 1, max_items = 3, items(ge = 1))] numbers: Vec<u32>,
    #[query] maybe: Option<Vec<bool>>,
    #[query(default, max_items = 2)] names: BTreeSet<String>,
    #[query] others: Option<HashSet<char>>,
) -> Value {
    json!({"numbers": numbers, "maybe": maybe, "names": names, "others": others.map(|it| it.len())})
}

#[tokio::test]
async fn repetition_makes_lists_and_sets() {
    let client = client(routes![lists]);
    assert_eq!(
        good(client.get("/lists")).await,
        json!({"numbers": [1, 2], "maybe": null, "names": [], "others": null})
    );
    let path = "/lists?numbers=3&maybe=on&maybe=0&names=b&names=a&others=x";
    assert_eq!(
        good(client.get(path)).await,
        json!({"numbers": [3], "maybe": [true, false], "names": ["a", "b"], "others": 1})
    );
    let found = rejected(client.get("/lists?names=a&names=a&others=x&others=y&others=x")).await;
    same(
        &found,
        &[
            ("query.names", "unique_items"),
            ("query.others", "unique_items"),
        ],
    );
    let path =
        "/lists?numbers=1&numbers=0&numbers=x&numbers=2&maybe=&names=a&names=b&names=c&others=xy";
    let found = rejected(client.get(path)).await;
    same(
        &found,
        &[
            ("query.numbers", "too_long"),
            ("query.numbers.1", "greater_than_equal"),
            ("query.numbers.2", "int_parsing"),
            ("query.maybe.0", "bool_parsing"),
            ("query.names", "too_long"),
            ("query.others.0", "string_too_long"),
        ],
    );
    let parameters = by_name(&documented(&client, "get", "/lists").await);
    assert_eq!(
        parameters["numbers"]["schema"],
        json!({
            "type": "array", "items": {"type": "integer", "format": "uint32", "minimum": 1, "maximum": u32::MAX},
            "minItems": 1, "maxItems": 3, "default": [1, 2],
        })
    );
    assert_eq!(parameters["names"]["schema"]["uniqueItems"], true);
}

#[get("/texts")]
async fn texts(#[query] names: Vec<String>) -> Vec<String> {
    names
}

#[tokio::test]
async fn a_name_is_the_same_however_it_is_encoded() {
    let client = client(routes![texts]);
    let path = "/texts?names=a&n%61mes=b+c&names&&name=x&namess=x&NAMES=x&names==%3D&n%61m=x&names+=x&names=";
    assert_eq!(
        good(client.get(path)).await,
        json!(["a", "b c", "", "==", ""])
    );
}

/// A port above the reserved ones.
#[model]
struct Port(#[field(ge = 1024)] u16);

#[model(check = Sku::known)]
struct Sku(#[field(pattern = "^[a-z]+-[0-9]+$", max_length = 8)] String);

impl Sku {
    fn known(&self) -> Result<(), &'static str> {
        if self.0.starts_with("old") {
            Err("is not sold any more")
        } else {
            Ok(())
        }
    }
}

#[post("/new/{sku}")]
async fn new_types(
    sku: Sku,
    #[query(le = 2000)] port: Port,
    #[header] x_port: Option<Port>,
    #[cookie] last: Option<Sku>,
    #[query(default)] ports: Vec<Port>,
    #[form] more: Sku,
) -> Value {
    json!([sku, port, x_port, last, ports, more])
}

#[tokio::test]
async fn a_new_type_carries_its_rules_into_every_source() {
    let client = client(routes![new_types]);
    let request = client
        .post("/new/a-1?port=1024&ports=3000")
        .header("x-port", "4000")
        .header("cookie", "last=b-2");
    let read = good(request.form(&[("more", "c-3")])).await;
    assert_eq!(read, json!(["a-1", 1024, 4000, "b-2", [3000], "c-3"]));
    let request = client
        .post("/new/A?port=2001&ports=3000&ports=1")
        .header("x-port", "99999")
        .header("cookie", "last=old-1");
    let found = rejected(request.form(&[("more", "a-123456789")])).await;
    same(
        &found,
        &[
            ("path.sku", "string_pattern_mismatch"),
            ("query.port", "less_than_equal"),
            ("query.ports.1", "greater_than_equal"),
            ("header.x-port", "less_than_equal"),
            ("cookie.last", "value_error"),
            ("body.more", "string_too_long"),
        ],
    );
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a check is given the type"
)]
fn even(number: &u32) -> Result<(), &'static str> {
    if number.is_multiple_of(2) {
        Ok(())
    } else {
        Err("must be even")
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a check is given the type"
)]
fn small(number: &u32) -> Result<(), ValidationError> {
    if *number < 10 {
        Ok(())
    } else {
        Err(ValidationError::new("too_large", "Too large").with("most", 9))
    }
}

#[post("/checked/{n}")]
async fn checked(
    #[path(check = even)] n: u32,
    #[query(check = even, check = small, example = 4)] q: u32,
    #[header(check = |it: &Option<u32>| it.map_or(Ok(()), |it| even(&it)), examples(2, 6))]
    h: Option<u32>,
    #[cookie(rename = "c", default = 3, check = even)] cookie: u32,
    #[form(rename = "f", check = even, example = 8)] form: u32,
) -> Value {
    json!([n, q, h, cookie, form])
}

#[tokio::test]
async fn values_have_checks_and_examples() {
    let client = client(routes![checked]);
    // A default is trusted: it is not checked.
    let read = good(client.post("/checked/2?q=4").form(&[("f", "6")])).await;
    assert_eq!(read, json!([2, 4, null, 3, 6]));
    let request = client
        .post("/checked/1?q=12")
        .header("h", "5")
        .header("cookie", "c=1");
    let found = rejected(request.form(&[("f", "7")])).await;
    same(
        &found,
        &[
            ("path.n", "value_error"),
            ("query.q", "too_large"),
            ("header.h", "value_error"),
            ("cookie.c", "value_error"),
            ("body.f", "value_error"),
        ],
    );
    let operation = documented(&client, "post", "/checked/{n}").await;
    let parameters = by_name(&operation);
    assert_eq!(parameters["q"]["schema"]["examples"], json!([4]));
    assert_eq!(parameters["h"]["schema"]["examples"], json!([2, 6]));
}

#[model(input)]
struct Wide {
    n: Option<u128>,
    #[field(default, le = 9)]
    few: u128,
}

#[get("/wide")]
async fn wide(#[query] wide: Wide, #[query] alone: Option<u128>) -> String {
    format!("{:?} {} {alone:?}", wide.n, wide.few)
}

#[tokio::test]
async fn the_widest_integer_is_converted_like_the_others() {
    let client = client(routes![wide]);
    let most = u128::MAX;
    let response = client
        .get(&format!("/wide?n=%201_0.0&few=-0&alone={most}"))
        .send()
        .await;
    assert_eq!(
        response.text().await,
        format!("\"Some(10) 0 Some({most})\"")
    );
    let path = format!("/wide?n=-1&few=10&alone={most}0");
    let found = rejected(client.get(&path)).await;
    same(
        &found,
        &[
            ("query.n", "greater_than_equal"),
            ("query.few", "less_than_equal"),
            ("query.alone", "less_than_equal"),
        ],
    );
    same(
        &rejected(client.get("/wide?n=five")).await,
        &[("query.n", "int_parsing")],
    );
}

#[model]
struct Part {
    #[field(empty_is_absent)]
    limit: Option<u32>,
    #[field(default = 1, empty_is_absent, ge = 1)]
    page: u32,
    #[field(default, empty_is_absent)]
    ids: Vec<u32>,
    text: Option<String>,
}

#[get("/empty")]
async fn empty(
    #[query(empty_is_absent)] limit: Option<u32>,
    #[query(default = 1, empty_is_absent, ge = 1)] page: u32,
    #[query(default, empty_is_absent)] ids: Vec<u32>,
    #[query] text: Option<String>,
) -> Part {
    Part {
        limit,
        page,
        ids,
        text,
    }
}

#[get("/empty-model")]
async fn empty_model(#[query] page: Part) -> Part {
    page
}

#[get("/empty-required")]
async fn empty_required(
    #[query(empty_is_absent)] limit: u32,
    #[header(empty_is_absent)] x_id: Option<u32>,
) -> Value {
    json!([limit, x_id])
}

#[tokio::test]
async fn an_empty_value_is_absent_where_the_parameter_says_so() {
    let client = client(routes![empty, empty_model, empty_required]);
    for path in ["/empty", "/empty-model"] {
        let none = json!({"limit": null, "page": 1, "ids": [], "text": null});
        for query in ["", "?limit=&page=&ids=", "?limit=5&limit=", "?ids=&ids="] {
            assert_eq!(
                good(client.get(&format!("{path}{query}"))).await,
                none,
                "{query}"
            );
        }
        let some = good(client.get(&format!("{path}?limit=&limit=2&ids=&ids=7&text="))).await;
        assert_eq!(some, json!({"limit": 2, "page": 1, "ids": [7], "text": ""}));
        let found = rejected(client.get(&format!("{path}?limit=%20&page=0"))).await;
        same(
            &found,
            &[
                ("query.limit", "int_parsing"),
                ("query.page", "greater_than_equal"),
            ],
        );
        let parameters = by_name(&documented(&client, "get", path).await);
        assert_eq!(parameters["limit"]["allowEmptyValue"], true);
        assert_eq!(parameters["text"].get("allowEmptyValue"), None);
    }
    let found = rejected(client.get("/empty-required?limit=")).await;
    same(&found, &[("query.limit", "missing")]);
    let response = client.get("/empty-required?limit=1").header("x-id", "");
    assert_eq!(good(response).await, json!([1, null]));
}
