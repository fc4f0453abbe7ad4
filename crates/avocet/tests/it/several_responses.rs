//! Several responses of one operation: chosen by the handler, or described by status.

use avocet::model::OrderedJson;
use avocet::operation::SecurityRequirement;
use avocet::prelude::*;
use avocet::response::{Either, WithStatus};
use avocet::testing::TestClient;
use avocet::{BuildError, Service};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

#[model]
struct Prompt {
    text: String,
    stream: bool,
}

#[model(output)]
struct Completion {
    text: String,
}

#[model(output)]
struct Chunk {
    delta: String,
}

#[errors]
enum Failure {
    /// The budget is spent
    #[error(status = 402)]
    Budget,
}

type Replied = Either<Completion, Sse<Chunk, Failure>>;

#[post("/chat")]
async fn chat(#[body] prompt: Prompt) -> Result<Replied, Failure> {
    match (&*prompt.text, prompt.stream) {
        ("budget", _) => Err(Failure::Budget),
        (_, false) => Ok(Either::Left(Completion { text: prompt.text })),
        (_, true) => Ok(Either::Right(Sse::new(stream! {
            yield Chunk { delta: prompt.text };
        }))),
    }
}

#[get("/two-models")]
async fn two_models() -> Either<Completion, Chunk> {
    Either::Right(Chunk {
        delta: "x".to_owned(),
    })
}

#[put("/items/{id}")]
async fn store(id: u16) -> WithStatus<Completion, 200, 201> {
    let text = id.to_string();
    let status = StatusCode::from_u16(id).expect("a status");
    WithStatus::new(status, Completion { text })
}

#[get("/found/{id}")]
async fn found(id: u32) -> Either<Completion, ()> {
    match id {
        0 => Either::Right(()),
        _ => Either::Left(Completion {
            text: "found".to_owned(),
        }),
    }
}

#[get("/copied")]
async fn copied() -> WithHeaders<Completion, HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.append(header::VIA, HeaderValue::from_static("1.1 a"));
    headers.append(header::VIA, HeaderValue::from_static("1.1 b"));
    let text = "copied".to_owned();
    WithHeaders::new(Completion { text }, headers)
}

#[get(
    "/described",
    public,
    response(200, "The answer"),
    response(402, "The budget is spent"),
    response("5XX", "The model failed"),
    response(302, "Elsewhere")
)]
async fn described() -> Result<String, HttpError> {
    Ok("answer".to_owned())
}

fn service() -> Service {
    App::new("Chat", "1.0.0")
        .routes(routes![chat, two_models, store, found, copied, described])
        .build()
        .expect("it builds")
}

fn responses(method: &str, path: &str) -> OrderedJson {
    service().openapi()["paths"][path][method]["responses"].clone()
}

fn keys(object: &OrderedJson) -> Vec<String> {
    match object {
        OrderedJson::Object(members) => members.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

fn mistakes(app: App) -> Vec<String> {
    let error: BuildError = app.build().expect_err("there is a mistake");
    let mistakes = error.mistakes().iter();
    mistakes.map(|mistake| mistake.what().to_owned()).collect()
}

#[tokio::test]
async fn json_or_events_are_chosen_by_the_request() {
    let client = TestClient::new(service());
    let send = async |stream: bool, text: &str| {
        let prompt = json!({"text": text, "stream": stream});
        client.post("/chat").json(&prompt).send().await
    };
    let whole = send(false, "Hi").await;
    assert_eq!(whole.headers()["content-type"], "application/json");
    assert_eq!(whole.text().await, r#"{"text":"Hi"}"#);
    let events = send(true, "Hi").await;
    assert_eq!(
        events.headers()["content-type"],
        "text/event-stream; charset=utf-8"
    );
    assert_eq!(events.text().await, "data: {\"delta\":\"Hi\"}\n\n");
    assert_eq!(send(true, "budget").await.status(), 402);
}

#[test]
fn both_are_documented_under_one_status() {
    let responses = responses("post", "/chat");
    let content = &responses["200"]["content"];
    assert_eq!(keys(content), ["application/json", "text/event-stream"]);
    let schema = &content["application/json"]["schema"]["$ref"];
    assert_eq!(*schema, "#/components/schemas/Completion");
    assert_eq!(keys(&responses), ["200", "400", "402", "413", "415", "422"]);
}

#[test]
fn two_models_in_one_media_type_are_alternatives() {
    let responses = responses("get", "/two-models");
    let schema = &responses["200"]["content"]["application/json"]["schema"]["anyOf"];
    assert_eq!(schema[0]["$ref"], "#/components/schemas/Completion");
    assert_eq!(schema[1]["$ref"], "#/components/schemas/Chunk");
}

#[tokio::test]
async fn the_handler_chooses_a_documented_status() {
    let client = TestClient::new(service());
    for status in [200, 201] {
        let response = client.put(&format!("/items/{status}")).send().await;
        assert_eq!(response.status(), status);
        assert_eq!(
            response.json::<Value>().await,
            json!({"text": status.to_string()})
        );
    }
    let responses = responses("put", "/items/{id}");
    assert_eq!(keys(&responses), ["200", "201", "422"]);
    let of = |status: &str| responses[status]["content"].to_string();
    assert_eq!(of("200"), of("201"));
}

#[tokio::test]
async fn an_undocumented_status_is_an_internal_error() {
    let client = TestClient::new(service());
    assert_eq!(client.put("/items/202").send().await.status(), 500);
}

#[tokio::test]
async fn a_body_or_none_are_two_statuses() {
    let client = TestClient::new(service());
    assert_eq!(client.get("/found/0").send().await.status(), 204);
    assert_eq!(client.get("/found/1").send().await.status(), 200);
    let responses = responses("get", "/found/{id}");
    assert!(responses["204"].get("content").is_none() && responses["200"].get("content").is_some());
}

#[tokio::test]
async fn undocumented_headers_are_sent() {
    let client = TestClient::new(service());
    let response = client.get("/copied").send().await;
    let via: Vec<_> = response.headers().get_all("via").iter().collect();
    assert_eq!(via, ["1.1 a", "1.1 b"]);
    assert!(responses("get", "/copied")["200"].get("headers").is_none());
}

#[test]
fn statuses_and_ranges_are_described() {
    let responses = responses("get", "/described");
    assert_eq!(keys(&responses), ["200", "402", "5XX", "302", "default"]);
    assert_eq!(responses["200"]["description"], "The answer");
    assert!(responses["200"].get("content").is_some());
    assert_eq!(responses["402"]["description"], "The budget is spent");
    let schema = &responses["5XX"]["content"]["application/json"]["schema"];
    assert!(schema["properties"].get("detail").is_some());
    assert!(responses["302"].get("content").is_none());
}

#[test]
fn a_status_that_is_none_is_a_mistake() {
    let route = Operation::get("/")
        .describe_response("40X", "")
        .handle((), |()| async { 1 });
    let mistakes = mistakes(App::new("Bad", "1.0.0").routes([route]));
    assert!(
        mistakes[0].contains("`40X` is not the status of a response"),
        "{mistakes:?}"
    );
}

#[test]
fn two_statuses_for_one_response_are_a_mistake() {
    let route = Operation::get("/").status(StatusCode::CREATED);
    let route = route.handle((), |()| async {
        WithStatus::<_, 200>::new(StatusCode::OK, 1)
    });
    let mistakes = mistakes(App::new("Bad", "1.0.0").routes([route]));
    assert!(
        mistakes[0].contains("the route sets the status 201"),
        "{mistakes:?}"
    );
}

#[test]
fn a_body_on_204_is_a_mistake() {
    let handler = |()| async { WithStatus::<u32, 200, 204>::new(StatusCode::OK, 1) };
    let route = Operation::get("/").handle((), handler);
    let mistakes = mistakes(App::new("Bad", "1.0.0").routes([route]));
    assert!(
        mistakes[0].contains("a response with the status 204 has no body"),
        "{mistakes:?}"
    );
}

fn requirement(name: &str, scheme: &str) -> SecurityRequirement {
    SecurityRequirement {
        name: name.to_owned(),
        scheme: json!({"type": "http", "scheme": scheme}),
        scopes: Vec::new(),
    }
}

#[test]
fn public_contradicts_a_requirement() {
    let mut operation = Operation::get("/").public();
    operation.require_one_of([vec![requirement("key", "bearer")], vec![]]);
    let route = operation.clone().handle((), |()| async { 1 });
    assert!(
        App::new("Good", "1.0.0").routes([route]).build().is_ok(),
        "credentials are optional"
    );
    operation.require_one_of([
        vec![requirement("one", "bearer")],
        vec![requirement("two", "basic")],
    ]);
    let route = operation.handle((), |()| async { 1 });
    let mistakes = mistakes(App::new("Bad", "1.0.0").routes([route]));
    assert!(
        mistakes[0].contains("is `public`, but requires the security scheme `one`"),
        "{mistakes:?}"
    );
}

#[test]
fn a_public_operation_has_no_requirement_in_the_document() {
    let service = service();
    assert_eq!(
        service.openapi()["paths"]["/described"]["get"]["security"].to_string(),
        "[]"
    );
    let operation = service
        .operations()
        .iter()
        .find(|operation| operation.id == "described");
    assert!(operation.is_some_and(|operation| operation.public));
}

#[test]
fn a_scheme_name_has_one_meaning() {
    let route = |path: &str, scheme: &str| {
        let mut operation = Operation::get(path).id(path);
        operation.security.push(requirement("key", scheme));
        operation.handle((), |()| async { 1 })
    };
    let app = App::new("Bad", "1.0.0").routes([route("/a", "bearer"), route("/b", "basic")]);
    let mistakes = mistakes(app);
    assert!(
        mistakes[0].contains("two different security schemes have the name `key`"),
        "{mistakes:?}"
    );
}
