//! Routes: where arguments come from, what the contract says, and that a handler stays a function.

use avocet::prelude::*;
use avocet::read::from_json;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::newtypes::Even;
use super::{Call, EmbedRequest, Level, Page};

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
        #[query] context: std::option::Option<u32>,
        #[query] r#type: Some,
    ) -> Result {
        let _ = (context, r#type);
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
    let response = client.get("/same?reader=3&type=None").send().await;
    assert_eq!(response.json::<Value>().await, json!({"value": 3}));
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
    let response = client()
        .get("/greet/Ann?times=2&t=a&t=b")
        .header("user-agent", "test")
        .header("cookie", "session=4")
        .send()
        .await;
    assert_eq!(
        response.json::<String>().await,
        r#"Hello Ann 2 calm test ["a", "b"] GET"#
    );
    let response = client()
        .get("/greet/Ann?times=4")
        .header("cookie", "session=3")
        .send()
        .await;
    assert_eq!(response.status(), 422);
    let body = response.json::<Value>().await;
    let locations: Vec<&Value> = body["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["loc"])
        .collect();
    assert_eq!(
        locations,
        [
            &json!(["query", "times"]),
            &json!(["query", "tags"]),
            &json!(["cookie", "session"])
        ]
    );
}

#[tokio::test]
async fn several_bodies_are_members_of_one() {
    let response = client()
        .post("/move?dry=yes")
        .json(&json!({"part": "ab"}))
        .send()
        .await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.json::<String>().await, "ab 1 true");
    let response = client()
        .post("/move?dry=no")
        .json(&json!({"part": "a", "speed": -1}))
        .send()
        .await;
    assert_eq!(
        response.json::<Value>().await["detail"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn models_are_bodies_responds_and_events() {
    let response = client()
        .put("/whole")
        .json(&json!({"texts": ["a"], "user": "u"}))
        .send()
        .await;
    assert_eq!(
        response.json::<Value>().await,
        json!({"items": ["a", "small"], "total": 2})
    );
    assert_eq!(client().delete("/nothing").send().await.status(), 204);
    let mut response = client().patch("/words").send().await;
    assert_eq!(response.next_event().await.unwrap().data, r#"{"name":"f"}"#);
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
    assert!(operation.deprecated && operation.include_in_schema);
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

#[get("/levels")]
async fn levels(
    #[query] level: Option<Level>,
    #[query] several: Vec<Level>,
    #[header(default)] empty: Option<Vec<u32>>,
) -> Result<impl avocet::response::Responder, HttpError> {
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

#[tokio::test]
async fn responds_without_a_name_and_enums_as_parameters() {
    let client = TestClient::new(
        App::new("Levels", "1")
            .routes(routes![levels])
            .build()
            .unwrap(),
    );
    let response = client
        .get("/levels?level=low&several=middle&several=low")
        .send()
        .await;
    assert_eq!(
        response.json::<Vec<String>>().await,
        ["Some(Low)", "[VeryHigh, Low]", "None"]
    );
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
