//! Bodies designed to be expensive: the response stays small for every request.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use avocet::input::{Input, from_json};
use avocet::model::{Model, Schema, Schemas};
use avocet::prelude::*;
use avocet::read::{Failure, Location, Reader};
use avocet::response::ErrorFormat;
use avocet::rules::{MaxItems, Rules};
use avocet::serve::Limits;
use avocet::testing::TestClient;
use serde_json::Value;

#[model]
#[derive(Debug)]
struct Item {
    #[field(min_length = 3, max_length = 9)]
    name: String,
    #[field(default, unique, items(ge = 0))]
    numbers: Vec<i32>,
    #[field(default)]
    children: Vec<Item>,
}

#[model]
#[derive(Debug)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Part {
    Item(Item),
    Parts { parts: Vec<Part> },
}

#[post("/items")]
async fn items(#[body] items: Vec<Item>) -> usize {
    items
        .iter()
        .map(|it| it.name.len() + it.numbers.len() + it.children.len())
        .sum()
}

#[post("/map")]
async fn map(#[body] map: BTreeMap<String, Vec<u8>>) -> usize {
    map.len()
}

#[post("/parts")]
async fn parts(#[body] parts: Vec<Part>) -> Vec<Part> {
    parts
}

#[post("/any")]
async fn any(#[body] any: Value) -> Value {
    any
}

const MEGABYTE: usize = 1_000_000;

fn bodies() -> Vec<String> {
    let list = |item: &str| format!("[{}]", vec![item; MEGABYTE / item.len()].join(","));
    let nested =
        |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let key = "k".repeat(MEGABYTE);
    vec![
        list("0"),
        list("{}"),
        list(r#"{"name":""}"#),
        list(r#"{"kind":"?"}"#),
        list(r#"{"name":"abc","numbers":[-1,-1]}"#),
        nested("[", "]"),
        nested(r#"{"a":"#, "}"),
        nested(r#"[{"name":"","children":"#, "}]"),
        nested(r#"{"kind":"parts","parts":["#, "]}"),
        format!(r#"{{"{key}":[-1,-1,-1]}}"#),
        format!(r#"[{{"{key}":1,"name":"{key}"}}]"#),
        format!(r#"[{{"kind":"{key}"}}]"#),
        format!("{{{}}}", vec![r#""k":[-1]"#; MEGABYTE / 9].join(",")),
        format!("[{}", "9".repeat(MEGABYTE)),
        format!("[1e{}]", "9".repeat(MEGABYTE)),
    ]
}

#[tokio::test]
async fn what_is_answered_to_a_hostile_body_is_small() {
    for (shape, paths) in [
        (
            ErrorFormat::FastApi,
            &["/items", "/map", "/parts", "/any"][..],
        ),
        (ErrorFormat::ProblemDetails, &["/map"]),
    ] {
        let app = App::new("Hostile", "1.0.0").error_format(shape);
        let service = app.routes(routes![items, map, parts, any]).build();
        let client = TestClient::new(service.expect("it has no mistakes"));
        for body in bodies() {
            for path in paths {
                let request = client.post(path).header("content-type", "application/json");
                let response = request.body(body.clone()).send().await;
                let shown = &body[..20];
                if response.status() != 200 {
                    assert_eq!(response.status(), 422, "{path} {shown}");
                    let length = response.bytes().await.len();
                    assert!(length < 100_000, "{path} {shown}: {length} bytes");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_response_says_how_many_errors_it_does_not_list() {
    let service = App::new("Hostile", "1.0.0").routes(routes![items]).build();
    let client = TestClient::new(service.expect("it has no mistakes"));
    let body = vec![0; 5_000];
    let response = client
        .post("/items")
        .json(&body)
        .send()
        .await
        .json::<Value>()
        .await;
    let detail = response["detail"].as_array().expect("a list");
    assert_eq!(detail.len(), 101);
    assert_eq!(detail[100]["type"], "too_many_problems");
    assert_eq!(detail[100]["ctx"]["omitted"], 4_900);
}

/// An item that counts its live instances.
struct Counted(#[expect(dead_code, reason = "a map of nothing is a set")] u8);

static LIVE: AtomicUsize = AtomicUsize::new(0);
static MOST_LIVE: AtomicUsize = AtomicUsize::new(0);

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Model for Counted {
    fn name() -> String {
        "Counted".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::any()
    }
}

impl Input for Counted {
    fn read(reader: &mut Reader<'_>, _: &Location<'_>, _: &Rules) -> Result<Self, Failure> {
        reader.skip()?;
        MOST_LIVE.fetch_max(LIVE.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        Ok(Self(0))
    }
}

#[test]
fn no_more_items_are_held_than_there_may_be() {
    static AT_MOST_FOUR: Rules = Rules::own(&[&MaxItems(4)]);
    let list = format!("[{}]", vec!["{}"; 1000].join(","));
    let members: Vec<String> = (0..1000).map(|n| format!("\"{n}\":0")).collect();
    let map = format!("{{{}}}", members.join(","));
    let at = Location::root("body");
    let mut reader = Reader::new(&list);
    assert!(<Vec<Counted>>::read(&mut reader, &at, &AT_MOST_FOUR).is_err());
    let message = reader
        .errors()
        .iter()
        .next()
        .expect("one")
        .message()
        .to_owned();
    assert_eq!(
        message,
        "List should have at most 4 items after validation, not 1000"
    );
    assert!(<[Counted; 4]>::read(&mut Reader::new(&list), &at, &Rules::NONE).is_err());
    assert!(<BTreeMap<String, Counted>>::read(&mut Reader::new(&map), &at, &AT_MOST_FOUR).is_err());
    // The fifth item exceeds the limit, and a sixth is being dropped.
    assert!(MOST_LIVE.load(Ordering::Relaxed) <= 6, "{MOST_LIVE:?}");
    assert_eq!(LIVE.load(Ordering::Relaxed), 0);
}

#[model(input)]
#[derive(Debug)]
struct Inner {
    a: Option<u32>,
}

#[model(input)]
#[derive(Debug)]
struct Outer {
    #[serde(flatten)]
    inner: Inner,
}

/// As many members as fit in a body of two megabytes: a linear search for each would not finish.
#[test]
fn members_that_nobody_takes_are_passed_over_once() {
    let members: Vec<String> = (0..150_000).map(|n| format!("\"k{n}\":0")).collect();
    let body = format!("{{{},\"a\":7}}", members.join(","));
    let read = from_json::<Outer>(body.as_bytes()).expect("it is valid");
    assert_eq!(read.inner.a, Some(7));
}

/// A tag after the rest of its object is found, and the skipped members are counted, at every depth.
#[test]
fn tags_that_come_last_at_every_depth_are_given_up_in_time() {
    let nested = |depth: usize, filler: usize| {
        let innermost = format!(
            r#"{{"parts":[],"f":"{}","kind":"parts"}}"#,
            "-".repeat(filler)
        );
        (0..depth).fold(innermost, |inner, _| {
            format!(r#"{{"parts":[{inner}],"kind":"parts"}}"#)
        })
    };
    assert!(from_json::<Part>(nested(50, MEGABYTE).as_bytes()).is_err());
    assert!(from_json::<Part>(nested(20, MEGABYTE).as_bytes()).is_ok());
    assert!(from_json::<Part>(nested(50, 1000).as_bytes()).is_ok());
}

#[model]
#[derive(Debug)]
struct Wide {
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    d: Option<String>,
    e: Option<String>,
    f: Option<String>,
    g: Option<String>,
    h: Option<String>,
    i: Option<String>,
    j: Option<String>,
    k: Option<String>,
    l: Option<String>,
    m: Option<String>,
    n: Option<String>,
    o: Option<String>,
    p: Option<String>,
    q: Option<String>,
    r: Option<String>,
    s: Option<String>,
    t: Option<String>,
    child: Option<Box<Wide>>,
}

#[post("/wide")]
async fn wide(#[body] wide: Wide) -> usize {
    std::iter::successors(Some(&wide), |it| it.child.as_deref()).count()
}

/// On a thread of a runtime, as handlers are: its stack must be sufficient for the largest limit.
#[test]
fn the_deepest_body_that_can_be_allowed_fits_the_stack() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let task = runtime.spawn(async {
        let app = App::new("Hostile", "1.0.0").limits(Limits::default().json_depth(256));
        let client = TestClient::new(
            app.routes(routes![wide])
                .build()
                .expect("it has no mistakes"),
        );
        let body = format!("{}{{}}{}", r#"{"child":"#.repeat(255), "}".repeat(255));
        let request = client
            .post("/wide")
            .header("content-type", "application/json");
        request.body(body).send().await.json::<usize>().await
    });
    assert_eq!(runtime.block_on(task).expect("no panic"), 256);
    assert!(Limits::default().json_depth(257).check().is_err());
}

#[model]
#[derive(Debug)]
struct Twice {
    a: Vec<u8>,
    b: u8,
}

#[post("/twice")]
async fn twice(#[body] twice: Twice) -> Twice {
    twice
}

#[tokio::test]
async fn what_was_only_counted_and_then_replaced_is_not_stated_as_a_number() {
    let service = App::new("Hostile", "1.0.0").routes(routes![twice]).build();
    let client = TestClient::new(service.expect("it has no mistakes"));
    let wrong = vec!["\"no\""; 150].join(",");
    let body = format!(r#"{{"a":[{wrong}],"a":[1],"b":"no"}}"#);
    let request = client
        .post("/twice")
        .header("content-type", "application/json");
    let response = request.body(body).send().await.json::<Value>().await;
    assert_eq!(
        response["detail"][0]["loc"],
        serde_json::json!(["body", "b"])
    );
    assert_eq!(
        response["detail"][1]["msg"],
        "Further validation errors may not be listed"
    );
    assert_eq!(response["detail"].as_array().map(Vec::len), Some(2));
}

#[test]
fn any_value_may_be_as_deep_as_the_body() {
    for (depth, good) in [(127, true), (128, true), (129, false)] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let read = from_json::<Value>(nested.as_bytes());
        assert_eq!(read.is_ok(), good, "{depth}: {read:?}");
    }
    let read =
        from_json::<Value>(br#"{"b": [1, -2.5, null, true, "x"], "a": 1e999, "a": {"a": {}}}"#);
    let expected = serde_json::json!({"b": [1, -2.5, null, true, "x"], "a": {"a": {}}});
    assert_eq!(read.expect("the last one counts"), expected);
    let errors = from_json::<Value>(br#"{"b": [1, 1e999]}"#).expect_err("it is infinite");
    assert_eq!(
        errors.iter().next().expect("one").to_string(),
        "body.b[1]: Input should be a finite number"
    );
}
