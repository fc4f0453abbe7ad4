//! Routes: the sources of arguments, the documented contract, and that a handler remains a function.

use avocet::input::from_json;
use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::newtypes::Even;
use super::{Call, EmbedRequest, Level, Page};

/// Names that the expanded code uses itself.
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
    let route = avocet::route::IntoRoute::into_route(greet {});
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
    let route = avocet::route::IntoRoute::into_route(move_it {});
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

/// Literals that pass through a macro arrive in groups without delimiters.
macro_rules! passed_on {
    ($name:ident, $path:literal, $id:literal, $status:literal, $limit:literal, $least:literal, $default:literal, $wire:literal) => {
        #[doc = $id]
        #[post($path, status = $status, id = $id, tag = $id, body_limit = $limit)]
        async fn $name(
            #[query(rename = $wire, ge = $least, default = $default, example = $default)]
            number: i32,
            #[query(items(ge = $least), default = vec![])] numbers: std::vec::Vec<i32>,
            #[header(rename = $wire)] header: std::option::Option<std::string::String>,
            #[body] body: passed::Body,
        ) -> Result<passed::Body, passed::Error> {
            if number == $default {
                return Err(passed::Error::Taken);
            }
            assert!(header.is_none() && numbers.is_empty());
            Ok(body)
        }

        mod passed {
            use avocet::prelude::*;

            #[model(name = $id)]
            #[serde(rename_all = "snake_case")]
            pub(super) struct Body {
                #[field(rename = $wire, ge = $least, default = $default)]
                pub(super) number: i32,
                #[serde(alias = $id)]
                pub(super) other: std::option::Option<i32>,
            }

            #[errors]
            #[allow(dead_code, reason = "one of them is enough for the test")]
            pub(super) enum Error {
                #[error(status = 409, code = $wire, message = $id)]
                Taken,
            }

            #[events]
            #[allow(dead_code, reason = "only its names are of interest")]
            pub(super) enum Event {
                #[event(name = $wire)]
                Some(Body),
            }

            #[headers]
            #[allow(dead_code, reason = "only its names are of interest")]
            pub(super) struct Headers {
                #[field(rename = $wire)]
                #[allow(dead_code, reason = "only its name is of interest")]
                pub(super) tag: std::string::String,
            }
        }
    };
}

passed_on!(
    made_by_a_macro,
    "/made/here",
    "Made",
    201,
    1024,
    -5,
    -1,
    "x-number"
);

#[tokio::test]
async fn literals_that_a_macro_passes_on_are_literals() {
    let service = App::new("Made", "1")
        .routes(routes![made_by_a_macro])
        .build()
        .unwrap();
    let operation = &service.openapi()["paths"]["/made/here"]["post"];
    assert_eq!(
        (&operation["operationId"], &operation["tags"][0]),
        (&"Made".into(), &"Made".into())
    );
    assert_eq!(operation["summary"], "Made");
    assert!(operation["responses"].get("201").is_some(), "{operation}");
    assert_eq!(operation["parameters"][0]["name"], "x-number");
    assert_eq!(operation["parameters"][0]["schema"]["minimum"], -5);
    assert_eq!(operation["parameters"][0]["schema"]["default"], -1);
    let client = TestClient::new(service);
    let response = client
        .post("/made/here?x-number=-6")
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(response.status(), 422);
    let response = client.post("/made/here").json(&json!({})).send().await;
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "Made", "type": "x-number"})
    );
    let response = client
        .post("/made/here?x-number=3")
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(response.status(), 201);
}

#[get("/named", id = "somethingElse")]
async fn list_all_items() -> u32 {
    1
}

#[test]
fn a_summary_comes_from_the_function_though_the_id_is_another() {
    let app = || App::new("Named", "1").routes(routes![list_all_items]);
    let service = app().build().unwrap();
    let operation = &service.openapi()["paths"]["/named"]["get"];
    assert_eq!(operation["operationId"], "somethingElse");
    assert_eq!(operation["summary"], "List All Items");
    let by_hand = Operation::get("/by_hand")
        .id("read_it")
        .handle((), |()| async { 1 });
    let service = App::new("Named", "1").routes([by_hand]).build().unwrap();
    assert_eq!(
        service.openapi()["paths"]["/by_hand"]["get"]["summary"],
        "Read It"
    );
}

#[get("/request")]
async fn of_request(
    #[request] tasks: avocet::tasks::Tasks,
    #[request] draining: avocet::serve::ShutdownSignal,
    #[request] address: std::option::Option<avocet::serve::ClientAddress>,
) -> bool {
    drop(tasks);
    draining.is_draining() || address.is_some()
}

#[get("/request/again")]
async fn of_request_again(
    #[request] _tasks: avocet::tasks::Tasks,
    #[request] tasks: avocet::tasks::Tasks,
) -> bool {
    drop(tasks);
    true
}

#[tokio::test]
async fn several_arguments_are_taken_from_the_request() {
    let app = App::new("Request", "1").routes(routes![of_request, of_request_again]);
    let client = TestClient::new(app.build().unwrap());
    assert!(!client.get("/request").send().await.json::<bool>().await);
    assert!(
        client
            .get("/request/again")
            .send()
            .await
            .json::<bool>()
            .await
    );
}
