//! What the attribute macros print does what the attributes say.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod enums;
mod fields;
mod rules;

use avocet::model::{Model, Schemas, Side};
use avocet::prelude::*;
use avocet::read::{Input, from_json};
use avocet::testing::TestClient;
use serde_json::{Value, json};

/// The description of `T` on one side, references by name.
fn described<T: Model>(side: Side) -> Value {
    let mut schemas = Schemas::new(side);
    let schema = T::schema(&mut schemas);
    let schema = schemas.resolve(&schema).clone();
    schema.to_json(&schemas.own_names())
}

#[track_caller]
fn problems<T: Input>(text: &str) -> Vec<(String, String)> {
    let Err(problems) = from_json::<T>(text.as_bytes()) else {
        panic!("{text} was read")
    };
    problems
        .iter()
        .map(|problem| (problem.kind().to_owned(), problem.to_string()))
        .collect()
}

#[track_caller]
fn kinds<T: Input>(text: &str) -> Vec<String> {
    problems::<T>(text)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect()
}

/// Text to embed.
#[model]
#[derive(Debug, PartialEq)]
struct EmbedRequest {
    /// One to three texts.
    #[field(
        min_items = 1,
        max_items = 3,
        items(min_length = 1, pattern = "^[a-z]")
    )]
    texts: Vec<String>,
    /// Scale the vectors
    /// to unit length.
    #[field(default = true)]
    normalize: bool,
    #[field(default = "small", alias = "m")]
    model: String,
    #[field(ge = -1, lt = 2.5)]
    temperature: Option<f32>,
    #[field(required)]
    user: Option<String>,
}

#[test]
fn a_struct_is_read() {
    let read =
        from_json::<EmbedRequest>(br#"{"texts": ["a"], "user": null, "m": "x", "other": [1]}"#)
            .unwrap();
    let expected = EmbedRequest {
        texts: vec!["a".into()],
        normalize: true,
        model: "x".into(),
        temperature: None,
        user: None,
    };
    assert_eq!(read, expected);
}

#[test]
fn every_problem_of_a_struct_is_found() {
    let found = problems::<EmbedRequest>(
        r#"{"texts": ["", "b", 3], "temperature": 2.5, "normalize": "yes"}"#,
    );
    let places: Vec<&str> = found
        .iter()
        .map(|(_, text)| text.split(':').next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "body.texts[0]",
            "body.texts[2]",
            "body.temperature",
            "body.normalize",
            "body.user"
        ]
    );
}

#[test]
fn a_struct_is_described() {
    let input = described::<EmbedRequest>(Side::Input);
    assert_eq!(input["description"], "Text to embed.");
    assert_eq!(input["required"], json!(["texts", "user"]));
    assert_eq!(input["properties"]["normalize"]["default"], true);
    assert_eq!(input["properties"]["model"]["default"], "small");
    assert_eq!(
        input["properties"]["normalize"]["description"],
        "Scale the vectors\nto unit length."
    );
    assert_eq!(input["properties"]["texts"]["minItems"], 1);
    assert_eq!(input["properties"]["texts"]["items"]["pattern"], "^[a-z]");
    let output = described::<EmbedRequest>(Side::Output);
    assert_eq!(
        output["required"],
        json!(["texts", "normalize", "model", "temperature", "user"])
    );
}

#[model]
#[derive(Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Low,
    #[serde(alias = "middle")]
    VeryHigh,
}

#[test]
fn a_unit_enum_is_its_name() {
    assert_eq!(from_json::<Level>(br#""middle""#).unwrap(), Level::VeryHigh);
    assert_eq!(serde_json::to_value(Level::VeryHigh).unwrap(), "very-high");
    for wrong in [r#""High""#, "1", "null", r#"{"low": null}"#] {
        assert_eq!(
            problems::<Level>(wrong),
            [(
                "enum".into(),
                "body: Input should be 'low' or 'very-high'".into()
            )]
        );
    }
    assert_eq!(
        described::<Level>(Side::Input)["enum"],
        json!(["low", "very-high"])
    );
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(tag = "role", rename_all = "snake_case", deny_unknown_fields)]
enum Message {
    /// Said by a person.
    User {
        #[field(min_length = 1)]
        text: String,
    },
    ToolCall(Call),
    #[model(name = "TheEnd")]
    End,
}

#[model]
#[derive(Debug, PartialEq)]
struct Call {
    name: String,
}

#[test]
fn a_tagged_enum_is_told_by_its_tag() {
    let read = |text: &str| from_json::<Message>(text.as_bytes()).unwrap();
    assert_eq!(
        read(r#"{"text": "hi", "role": "user"}"#),
        Message::User { text: "hi".into() }
    );
    assert_eq!(
        read(r#"{"role": "tool_call", "name": "f"}"#),
        Message::ToolCall(Call { name: "f".into() })
    );
    assert_eq!(read(r#"{"role": "end"}"#), Message::End);
    assert_eq!(
        problems::<Message>(r#"{"role": "user", "text": "", "more": 1}"#),
        [
            (
                "string_too_short".into(),
                "body.user.text: String should have at least 1 character".into()
            ),
            (
                "extra_forbidden".into(),
                "body.user.more: Extra inputs are not permitted".into()
            ),
        ]
    );
    assert_eq!(
        kinds::<Message>(r#"{"role": "end", "more": 1}"#),
        ["extra_forbidden"]
    );
    assert_eq!(
        kinds::<Message>(r#"{"role": "nobody"}"#),
        ["union_tag_invalid"]
    );
    let written = serde_json::to_value(Message::ToolCall(Call { name: "f".into() })).unwrap();
    assert_eq!(written, json!({"role": "tool_call", "name": "f"}));
}

#[test]
fn the_variants_of_a_tagged_enum_are_named() {
    let mut schemas = Schemas::new(Side::Input);
    Message::schema(&mut schemas);
    let names: Vec<&str> = schemas
        .definitions()
        .iter()
        .map(avocet::model::Definition::name)
        .collect();
    assert_eq!(
        names,
        [
            "Message",
            "MessageUser",
            "MessageToolCall",
            "Call",
            "TheEnd"
        ]
    );
    let message = described::<Message>(Side::Input);
    assert_eq!(message["discriminator"]["propertyName"], "role");
    assert_eq!(
        message["discriminator"]["mapping"]["tool_call"],
        "#/components/schemas/MessageToolCall"
    );
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "checks are given references"
)]
fn even(number: &u32) -> Result<(), &'static str> {
    if number.is_multiple_of(2) {
        Ok(())
    } else {
        Err("must be even")
    }
}

/// An even number.
#[model]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Even(#[field(le = 100, check = even)] u32);

#[model]
#[derive(Debug, PartialEq)]
struct Evens {
    #[field(ge = 10)]
    one: Even,
    #[field(default, max_items = 2)]
    many: Vec<Even>,
}

#[test]
fn a_newtype_has_its_own_rules_and_those_of_its_place() {
    let read = from_json::<Evens>(br#"{"one": 12, "many": [2]}"#).unwrap();
    assert_eq!(
        read,
        Evens {
            one: Even(12),
            many: vec![Even(2)]
        }
    );
    assert_eq!(kinds::<Evens>(r#"{"one": 4}"#), ["greater_than_equal"]);
    assert_eq!(kinds::<Evens>(r#"{"one": 102}"#), ["less_than_equal"]);
    assert_eq!(kinds::<Evens>(r#"{"one": "x"}"#), ["int_type"]);
    assert_eq!(
        kinds::<Evens>(r#"{"one": 11, "many": [1]}"#),
        ["value_error", "value_error"]
    );
    assert_eq!(serde_json::to_value(Even(2)).unwrap(), 2);
    let schema = described::<Even>(Side::Input);
    assert_eq!(
        (&schema["maximum"], &schema["description"]),
        (&json!(100), &json!("An even number."))
    );
}

#[model]
#[derive(Debug)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}

#[test]
fn a_generic_model_is_named_with_its_arguments() {
    assert_eq!(Page::<u8>::name(), format!("Page_{}_", u8::name()));
    assert_eq!(
        from_json::<Page<u8>>(br#"{"items": [1], "total": 1}"#)
            .unwrap()
            .items,
        [1]
    );
}

fn ordered(range: &Range) -> Result<(), Problem> {
    if range.from <= range.to {
        Ok(())
    } else {
        Err(Problem::value_error("from is after to").under("from"))
    }
}

#[model(input, check = ordered, name = "Span")]
#[derive(Debug)]
struct Range {
    from: u32,
    to: u32,
}

#[test]
fn the_whole_is_checked_when_its_fields_are_good() {
    assert!(from_json::<Range>(br#"{"from": 1, "to": 2}"#).is_ok());
    assert_eq!(
        problems::<Range>(r#"{"from": 3, "to": 2}"#),
        [(
            "value_error".into(),
            "body.from: Value error, from is after to".into()
        )]
    );
    assert_eq!(kinds::<Range>(r#"{"from": 3}"#), ["missing"]);
    assert_eq!(Range::name(), "Span");
}

#[model]
#[derive(Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    max_new_tokens: u32,
    #[serde(rename = "n")]
    count: u32,
    #[field(rename = "q", deprecated, example = 3)]
    quality: u32,
    #[serde(skip)]
    cache: Vec<u8>,
    #[serde(skip_serializing)]
    secret: String,
    #[serde(skip_deserializing)]
    id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[test]
fn serde_attributes_mean_what_serde_means() {
    let read =
        from_json::<Options>(br#"{"maxNewTokens": 1, "n": 2, "q": 3, "id": 9, "secret": "s"}"#)
            .unwrap();
    let expected = Options {
        max_new_tokens: 1,
        count: 2,
        quality: 3,
        secret: "s".into(),
        ..Options::default()
    };
    assert_eq!(read, expected);
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({"maxNewTokens": 1, "n": 2, "q": 3, "id": 0})
    );
    let input = described::<Options>(Side::Input);
    let names = |schema: &Value| {
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&input), ["maxNewTokens", "n", "q", "secret", "note"]);
    assert_eq!(input["properties"]["q"]["deprecated"], true);
    assert_eq!(input["properties"]["q"]["examples"], json!([3]));
    let output = described::<Options>(Side::Output);
    assert_eq!(names(&output), ["maxNewTokens", "n", "q", "id", "note"]);
    assert_eq!(output["required"], json!(["maxNewTokens", "n", "q", "id"]));
}

/// Names that the printed code uses itself.
mod hygiene {
    use avocet::prelude::*;

    #[model]
    pub(super) struct Result {
        pub(super) value: u32,
    }
    #[model]
    pub(super) struct Option {
        pub(super) value: std::option::Option<u32>,
    }
    #[model]
    pub(super) struct Vec {
        pub(super) reader: u32,
        pub(super) at: Result,
        pub(super) schemas: Option,
        pub(super) object: std::vec::Vec<u32>,
        pub(super) key: bool,
        pub(super) text: std::option::Option<String>,
        pub(super) r#type: std::string::String,
    }
    #[model]
    pub(super) struct String(pub(super) std::string::String);
    #[model]
    pub(super) enum Some {
        None,
        Ok,
        Err,
    }

    #[get("/same")]
    pub(super) async fn same(
        #[query] reader: u32,
        #[query] call: std::option::Option<u32>,
        #[query] r#type: Some,
    ) -> Result {
        let _ = (call, r#type);
        Result { value: reader }
    }
}

#[tokio::test]
async fn any_name_can_be_used() {
    let read = from_json::<hygiene::Vec>(
        br#"{"reader": 1, "at": {"value": 2}, "schemas": {}, "object": [], "key": true, "type": "t"}"#,
    );
    assert_eq!(read.unwrap().at.value, 2);
    let client = TestClient::new(
        App::new("Names", "1")
            .routes(routes![hygiene::same])
            .build()
            .unwrap(),
    );
    let answer = client.get("/same?reader=3&type=None").send().await;
    assert_eq!(answer.json::<Value>().await, json!({"value": 3}));
}

#[derive(Clone)]
struct Greeting(&'static str);

#[expect(clippy::too_many_arguments, reason = "one of each source")]
/// Greets.
///
/// In several languages.
#[get(
    "/greet/{name}",
    tag = "greetings",
    tag = "all",
    id = "salute",
    deprecated
)]
async fn greet(
    #[query(default = 1, ge = 1, le = 3)] times: usize,
    /// Who is greeted.
    name: String,
    #[state] greeting: Greeting,
    #[header(rename = "x-mood", default = "calm")] mood: String,
    #[header] user_agent: Option<String>,
    #[cookie] _session: Option<Even>,
    #[query(alias = "t")] tags: Vec<String>,
    #[extract] method: http::Method,
) -> String {
    let agent = user_agent.unwrap_or_default();
    format!(
        "{} {name} {times} {mood} {agent} {tags:?} {method}",
        greeting.0
    )
}

#[post("/move", status = 201, body_limit = 100, summary = "Move it")]
async fn move_it(
    #[body(min_length = 2)] part: String,
    #[query] dry: bool,
    /// How fast.
    #[body(default = 1)]
    speed: u32,
) -> String {
    format!("{part} {speed} {dry}")
}

#[put("/whole")]
async fn whole(/* a body of its own */ #[body] mut request: EmbedRequest) -> Page<String> {
    request.texts.push(request.model);
    Page {
        total: request.texts.len() as u64,
        items: request.texts,
    }
}

#[delete("/nothing", hidden)]
async fn nothing() {}

#[patch("/words")]
async fn words() -> Sse<Call, HttpError> {
    Sse::new(stream! { yield Call { name: "f".into() }; })
}

fn client() -> TestClient {
    let routes = routes![greet, move_it, whole, nothing, words];
    TestClient::new(
        App::new("Macros", "1")
            .state(Greeting("Hello"))
            .routes(routes)
            .build()
            .unwrap(),
    )
}

#[tokio::test]
async fn arguments_come_from_where_they_say() {
    let answer = client()
        .get("/greet/Ann?times=2&t=a&t=b")
        .header("user-agent", "test")
        .header("cookie", "session=4")
        .send()
        .await;
    assert_eq!(
        answer.json::<String>().await,
        r#"Hello Ann 2 calm test ["a", "b"] GET"#
    );
    let answer = client()
        .get("/greet/Ann?times=4")
        .header("cookie", "session=3")
        .send()
        .await;
    assert_eq!(answer.status(), 422);
    let body = answer.json::<Value>().await;
    let places: Vec<&Value> = body["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["loc"])
        .collect();
    assert_eq!(
        places,
        [
            &json!(["query", "times"]),
            &json!(["query", "tags"]),
            &json!(["cookie", "session"])
        ]
    );
}

#[tokio::test]
async fn several_bodies_are_members_of_one() {
    let answer = client()
        .post("/move?dry=yes")
        .json(&json!({"part": "ab"}))
        .send()
        .await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.json::<String>().await, "ab 1 true");
    let answer = client()
        .post("/move?dry=no")
        .json(&json!({"part": "a", "speed": -1}))
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>().await["detail"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn models_are_bodies_answers_and_events() {
    let answer = client()
        .put("/whole")
        .json(&json!({"texts": ["a"], "user": "u"}))
        .send()
        .await;
    assert_eq!(
        answer.json::<Value>().await,
        json!({"items": ["a", "small"], "total": 2})
    );
    assert_eq!(client().delete("/nothing").send().await.status(), 204);
    let mut answer = client().patch("/words").send().await;
    assert_eq!(answer.next_event().await.unwrap().data, r#"{"name":"f"}"#);
}

#[tokio::test]
async fn a_handler_stays_a_function() {
    assert_eq!(move_it("ab".into(), false, 2).await, "ab 2 false");
}

#[test]
fn attributes_and_comments_make_the_contract() {
    let route = avocet::operation::IntoRoute::into_route(greet {});
    let operation = route.operation();
    assert_eq!((&*operation.id, &*operation.summary), ("salute", "Greets"));
    assert_eq!(operation.description, "In several languages.");
    assert_eq!(operation.tags, ["greetings", "all"]);
    assert!(operation.deprecated && operation.documented);
    assert_eq!(
        (operation.declaration.function, operation.declaration.file),
        ("greet", file!())
    );
    let names: Vec<&str> = operation.parameters.iter().map(|it| &*it.name).collect();
    assert_eq!(
        names,
        ["name", "times", "tags", "x-mood", "user-agent", "session"]
    );
    assert_eq!(operation.parameters[0].description, "Who is greeted.");
    let route = avocet::operation::IntoRoute::into_route(move_it {});
    assert_eq!(
        (&*route.operation().summary, route.operation().body_limit),
        ("Move it", Some(100))
    );
}

#[errors]
#[derive(Debug)]
enum ItemError {
    /// No item has this id.
    #[error(status = 404)]
    Missing,
    #[error(
        status = 409,
        message = "locked by {by} for {minutes:?}",
        code = "item_locked"
    )]
    Locked { by: String, minutes: Option<u32> },
    #[error(status = 503)]
    TooBusy { r#in: Call },
}

#[get("/items/{id}")]
async fn item(id: u32) -> Result<Call, ItemError> {
    match id {
        0 => Err(ItemError::Missing),
        1 => Err(ItemError::Locked {
            by: "Ann".into(),
            minutes: Some(3),
        }),
        2 => Err(ItemError::TooBusy {
            r#in: Call { name: "x".into() },
        }),
        _ => Ok(Call { name: "y".into() }),
    }
}

#[tokio::test]
async fn errors_answer_what_they_document() {
    let service = App::new("Errors", "1")
        .routes(routes![item])
        .build()
        .unwrap();
    let client = TestClient::new(service);
    for (id, status, body) in [
        (
            0,
            404,
            json!({"detail": "No item has this id.", "type": "missing"}),
        ),
        (
            1,
            409,
            json!({"detail": "locked by Ann for Some(3)", "type": "item_locked", "by": "Ann", "minutes": 3}),
        ),
        (
            2,
            503,
            json!({"detail": "Too busy", "type": "too_busy", "in": {"name": "x"}}),
        ),
    ] {
        let answer = client.get(&format!("/items/{id}")).send().await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await, body);
    }
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let answers = &document["paths"]["/items/{id}"]["get"]["responses"];
    for status in ["200", "404", "409", "503"] {
        assert!(answers.get(status).is_some(), "{status} in {answers}");
    }
}

#[events]
enum Progress {
    /// A piece of the answer.
    TokenFound(Call),
    #[event(name = "end")]
    Done,
}

#[get("/progress")]
async fn progress() -> Sse<Progress> {
    Sse::new(stream! {
        yield Progress::TokenFound(Call { name: "f".into() });
        yield Progress::Done;
    })
}

#[tokio::test]
async fn events_have_names() {
    let client = TestClient::new(
        App::new("Events", "1")
            .routes(routes![progress])
            .build()
            .unwrap(),
    );
    let mut answer = client.get("/progress").send().await;
    let events = [
        answer.next_event().await.unwrap(),
        answer.next_event().await.unwrap(),
    ];
    assert_eq!(
        (&*events[0].name, &*events[0].data),
        ("token_found", r#"{"name":"f"}"#)
    );
    assert_eq!((&*events[1].name, &*events[1].data), ("end", "null"));
}

#[headers]
struct Seen {
    /// What it cost.
    x_cost: u32,
    #[field(rename = "etag")]
    tag: Option<String>,
    session_id: Cookie,
}

#[get("/seen")]
async fn seen() -> Reply<u32, Seen> {
    Reply::new(
        1,
        Seen {
            x_cost: 3,
            tag: None,
            session_id: Cookie::new("s"),
        },
    )
}

#[tokio::test]
async fn headers_are_named_after_their_fields() {
    let client = TestClient::new(
        App::new("Headers", "1")
            .routes(routes![seen])
            .build()
            .unwrap(),
    );
    let answer = client.get("/seen").send().await;
    assert_eq!(answer.header("x-cost"), "3");
    assert!(answer.header("set-cookie").starts_with("session_id=s;"));
    let route = avocet::operation::IntoRoute::into_route(seen {});
    let headers = &route.operation().answers[0].headers;
    let names: Vec<(&str, &str)> = headers
        .iter()
        .map(|it| (&*it.name, &*it.description))
        .collect();
    assert_eq!(names[0], ("x-cost", "What it cost."));
    assert_eq!(names[1].0, "etag");
    assert_eq!(names[2].0, "set-cookie");
}

#[avocet::main]
async fn program() -> u32 {
    tokio::task::yield_now().await;
    7
}

#[test]
fn main_runs_its_future() {
    assert_eq!(program(), 7);
}

mod more {
    use std::collections::BTreeMap;
    use std::marker::PhantomData;

    use avocet::prelude::*;

    #[model(output)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    pub(super) struct Out<T> {
        pub(super) kind_of: &'static str,
        pub(super) value: Vec<T>,
        #[serde(skip)]
        pub(super) marker: PhantomData<T>,
    }

    /// Knows serde only through us, though its attributes are serde's.
    #[model(input)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[derive(Debug, PartialEq)]
    pub(super) struct In {
        #[field(keys(max_length = 2), min_items = 1, items(ge = 0))]
        pub(super) by_name: BTreeMap<String, i32>,
        #[serde(default = "ten")]
        pub(super) count: u32,
        #[field(default = u32::MAX)]
        pub(super) most: u32,
        #[field(default)]
        pub(super) note: Option<String>,
    }

    fn ten() -> u32 {
        10
    }

    #[model]
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Both {
        #[field(rename = "n")]
        pub(super) number_of: u32,
        pub(super) other_one: bool,
    }

    #[model]
    #[serde(transparent)]
    #[derive(Debug)]
    pub(super) struct Wrapped {
        #[field(min_length = 2)]
        pub(super) inner: Option<String>,
    }

    #[model]
    #[derive(Debug)]
    pub(super) struct Tree {
        pub(super) left: Option<Box<Self>>,
        #[field(default)]
        pub(super) others: Vec<Tree>,
    }

    #[model]
    #[serde(deny_unknown_fields)]
    #[derive(Debug)]
    pub(super) struct Empty {}

    #[model(input)]
    #[derive(Debug)]
    pub(super) struct Fixed<T, const N: usize>
    where
        T: Clone,
    {
        pub(super) values: [T; N],
    }

    #[get("/levels")]
    pub(super) async fn levels(
        #[query] level: Option<super::Level>,
        #[query] several: Vec<super::Level>,
        #[header(default)] empty: Option<Vec<u32>>,
    ) -> Result<impl avocet::respond::Respond, HttpError> {
        Ok(vec![
            format!("{level:?}"),
            format!("{several:?}"),
            format!("{empty:?}"),
        ])
    }

    #[cfg(any())]
    #[get("/never")]
    async fn never() {}

    #[get("/absent")]
    #[cfg(any())]
    async fn absent() {}
}

#[test]
fn an_output_may_borrow_forever() {
    let out = more::Out {
        kind_of: "list",
        value: vec![1],
        marker: std::marker::PhantomData,
    };
    assert_eq!(
        serde_json::to_value(&out).unwrap(),
        json!({"KIND_OF": "list", "VALUE": [1]})
    );
    assert_eq!(
        described::<more::Out<u8>>(Side::Output)["required"],
        json!(["KIND_OF", "VALUE"])
    );
}

#[test]
fn an_input_needs_nothing_of_serde() {
    let read = from_json::<more::In>(br#"{"byName": {"a": 1}}"#).unwrap();
    assert_eq!((read.count, read.most, read.note), (10, u32::MAX, None));
    assert_eq!(
        kinds::<more::In>(r#"{"byName": {"abc": -1}, "x": 1}"#),
        ["string_too_long", "greater_than_equal", "extra_forbidden"]
    );
    let schema = described::<more::In>(Side::Input);
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["byName"]));
}

#[test]
fn serde_derives_of_the_users_own_agree() {
    let text = r#"{"n":1,"otherOne":true}"#;
    let read = from_json::<more::Both>(text.as_bytes()).unwrap();
    assert_eq!(serde_json::from_str::<more::Both>(text).unwrap(), read);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

#[test]
fn models_can_be_wrapped_recursive_empty_and_fixed() {
    assert!(from_json::<more::Wrapped>(b"null").unwrap().inner.is_none());
    assert_eq!(kinds::<more::Wrapped>(r#""a""#), ["string_too_short"]);
    let tree = from_json::<more::Tree>(br#"{"left": {"others": []}, "others": [{}]}"#).unwrap();
    assert!(tree.left.is_some_and(|left| left.left.is_none()) && tree.others.len() == 1);
    assert!(
        described::<more::Tree>(Side::Input)["properties"]["others"]["items"]["$ref"].is_string()
    );
    assert!(from_json::<more::Empty>(b"{}").is_ok());
    assert_eq!(kinds::<more::Empty>(r#"{"a": 1}"#), ["extra_forbidden"]);
    assert_eq!(
        from_json::<more::Fixed<u8, 2>>(br#"{"values": [1, 2]}"#)
            .unwrap()
            .values,
        [1, 2]
    );
    assert_eq!(
        more::Fixed::<u8, 2>::name(),
        format!("Fixed_{}_2_", u8::name())
    );
}

#[tokio::test]
async fn answers_without_a_name_and_enums_as_parameters() {
    let client = TestClient::new(
        App::new("Levels", "1")
            .routes(routes![more::levels])
            .build()
            .unwrap(),
    );
    let answer = client
        .get("/levels?level=low&several=middle&several=low")
        .send()
        .await;
    assert_eq!(
        answer.json::<Vec<String>>().await,
        ["Some(Low)", "[VeryHigh, Low]", "None"]
    );
}
