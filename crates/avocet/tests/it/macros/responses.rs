//! Responses beyond plain values: errors with statuses, events with names, headers.

use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::Call;

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
async fn errors_response_what_they_document() {
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
        let response = client.get(&format!("/items/{id}")).send().await;
        assert_eq!(response.status(), status);
        assert_eq!(response.json::<Value>().await, body);
    }
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let responses = &document["paths"]["/items/{id}"]["get"]["responses"];
    for status in ["200", "404", "409", "503"] {
        assert!(responses.get(status).is_some(), "{status} in {responses}");
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
    let mut response = client.get("/progress").send().await;
    let events = [
        response.next_event().await.unwrap(),
        response.next_event().await.unwrap(),
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
    session_id: SetCookie,
}

#[get("/seen")]
async fn seen() -> WithHeaders<u32, Seen> {
    WithHeaders::new(
        1,
        Seen {
            x_cost: 3,
            tag: None,
            session_id: SetCookie::new("s"),
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
    let response = client.get("/seen").send().await;
    assert_eq!(response.header("x-cost"), "3");
    assert!(response.header("set-cookie").starts_with("session_id=s;"));
    let route = avocet::route::IntoRoute::into_route(seen {});
    let headers = &route.operation().responses[0].headers;
    let names: Vec<(&str, &str)> = headers
        .iter()
        .map(|it| (&*it.name, &*it.description))
        .collect();
    assert_eq!(names[0], ("x-cost", "What it cost."));
    assert_eq!(names[1].0, "etag");
    assert_eq!(names[2].0, "set-cookie");
}

#[headers]
struct Texts {
    x_text: Option<String>,
    x_list: Vec<String>,
    x_number: Option<f64>,
    session: Option<SetCookie>,
}

#[get("/texts/{which}")]
async fn texts(which: String) -> WithHeaders<u32, Texts> {
    let of = |name: &str| name == which;
    let headers = Texts {
        x_text: of("text").then(|| "a\r\nset-cookie: b".to_owned()),
        x_list: vec![
            "good".to_owned(),
            if of("list") { "\u{7f}" } else { "a" }.to_owned(),
        ],
        x_number: Some(if of("number") { f64::NAN } else { 0.5 }),
        session: Some(if of("cookie") {
            SetCookie::new("a; Domain=evil.example")
        } else {
            SetCookie::new("a")
        }),
    };
    WithHeaders::new(1, headers)
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_an_error_of_the_server() {
    let app = App::new("Headers", "1").routes(routes![texts]);
    let client = TestClient::new(app.build().unwrap());
    let response = client.get("/texts/none").send().await;
    assert_eq!(
        (response.status().as_u16(), response.header("x-number")),
        (200, "0.5")
    );
    for which in ["text", "list", "number", "cookie"] {
        let response = client.get(&format!("/texts/{which}")).send().await;
        assert_eq!(response.status(), 500, "{which}");
        assert!(response.headers().get("x-list").is_none(), "{which}");
        let body: Value = response.json().await;
        assert_eq!(body, json!({"detail": "Internal Server Error"}));
    }
}

#[headers]
struct OfStream {
    cache_control: String,
    session: SetCookie,
}

#[headers]
struct Inner {
    cache_control: String,
    other: SetCookie,
}

#[get("/stream")]
async fn stream_with_headers() -> WithHeaders<Sse<Call>, OfStream> {
    let events = Sse::new(stream! { yield Call { name: "a".into() }; });
    let headers = OfStream {
        cache_control: "no-store".into(),
        session: SetCookie::new("s"),
    };
    WithHeaders::new(events, headers)
}

#[get("/twice")]
async fn twice() -> WithHeaders<WithHeaders<u32, Inner>, OfStream> {
    let inner = Inner {
        cache_control: "private".into(),
        other: SetCookie::new("o"),
    };
    let outer = OfStream {
        cache_control: "no-store".into(),
        session: SetCookie::new("s"),
    };
    WithHeaders::new(WithHeaders::new(1, inner), outer)
}

#[get("/refused")]
async fn rejected() -> Result<u32, HttpError> {
    let error = HttpError::new(http::StatusCode::CONFLICT, "no");
    let own = http::HeaderValue::from_static("application/vnd.shop+json");
    Err(error.header(http::header::CONTENT_TYPE, own))
}

#[tokio::test]
async fn a_header_of_its_own_replaces_the_one_that_an_response_has() {
    let app = App::new("Headers", "1").routes(routes![stream_with_headers, twice, rejected]);
    let client = TestClient::new(app.build().unwrap());
    for (path, name, expected) in [
        ("/stream", "cache-control", &["no-store"][..]),
        ("/twice", "cache-control", &["no-store"]),
        ("/refused", "content-type", &["application/vnd.shop+json"]),
    ] {
        let response = client.get(path).send().await;
        let values: Vec<_> = response.headers().get_all(name).iter().collect();
        assert_eq!(values, expected, "{path}");
    }
    let response = client.get("/twice").send().await;
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    let route = avocet::route::IntoRoute::into_route(twice {});
    let headers = route.operation().responses[0].headers.iter();
    let cached = headers.filter(|header| header.name == "cache-control");
    assert_eq!(cached.count(), 1);
}

#[headers]
struct BadNames {
    #[field(rename = "x cost")]
    cost: u32,
    #[field(rename = "a=b")]
    cookie: SetCookie,
}

#[get("/bad")]
async fn bad_names() -> WithHeaders<u32, BadNames> {
    WithHeaders::new(
        1,
        BadNames {
            cost: 1,
            cookie: SetCookie::new("a"),
        },
    )
}

#[test]
fn a_name_that_no_header_or_cookie_can_have_is_a_mistake_at_the_start() {
    let app = App::new("Headers", "1").routes(routes![bad_names]);
    let error = app.build().unwrap_err().to_string();
    assert!(
        error.contains("`x cost`") && error.contains("`a=b`"),
        "{error}"
    );
}

#[errors]
enum OfJob {
    /// The job has failed.
    #[error(status = 500)]
    Failed { request_id: u32 },
}

#[get("/job")]
async fn job() -> Result<u32, OfJob> {
    Err(OfJob::Failed { request_id: 7 })
}

#[get("/forged")]
async fn forged() -> Result<u32, HttpError> {
    let status = http::StatusCode::CONFLICT;
    Err(HttpError::typed(
        status,
        "taken",
        "Taken",
        [("status", 200.into()), ("by", "Ann".into())],
    ))
}

#[tokio::test]
async fn a_member_of_an_error_is_not_overwritten_by_one_of_the_shape() {
    let app = App::new("Jobs", "1")
        .error_format(avocet::response::ErrorFormat::ProblemDetails)
        .routes(routes![job, forged]);
    let client = TestClient::new(app.build().unwrap());
    let body: Value = client.get("/job").send().await.json().await;
    assert_eq!(body["request_id"], 7);
    let body: Value = client.get("/forged").send().await.json().await;
    assert_eq!((&body["status"], &body["by"]), (&json!(409), &json!("Ann")));
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let content = &document["paths"]["/job"]["get"]["responses"]["500"]["content"];
    let schema = &content["application/problem+json"]["schema"];
    assert_eq!(
        schema["properties"]["request_id"]["type"], "integer",
        "{schema}"
    );
    let required = schema["required"].as_array().unwrap();
    let times = required.iter().filter(|name| *name == "request_id").count();
    assert_eq!(times, 1);
}

#[get("/nothing", status = 204)]
async fn nothing_but_a_body() -> Call {
    Call { name: "a".into() }
}

#[get("/unchanged", status = 304)]
async fn unchanged() -> Result<Call, ItemError> {
    Err(ItemError::Missing)
}

#[get("/empty", status = 205)]
async fn empty() {}

#[tokio::test]
async fn a_status_without_a_body_and_an_response_with_one_are_a_mistake() {
    let app = App::new("Empty", "1").routes(routes![nothing_but_a_body, unchanged, empty]);
    let error = app.build().unwrap_err();
    let whats: Vec<_> = error.mistakes().iter().map(avocet::Mistake::what).collect();
    assert_eq!(whats.len(), 2, "{error}");
    assert!(
        whats[0].contains("status 204") && whats[1].contains("status 304"),
        "{error}"
    );
    let client = TestClient::new(
        App::new("Empty", "1")
            .routes(routes![empty])
            .build()
            .unwrap(),
    );
    assert_eq!(client.get("/empty").send().await.status(), 205);
}
