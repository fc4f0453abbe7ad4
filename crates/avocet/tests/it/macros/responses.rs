//! What is answered beside a value: errors with their statuses, events with names, headers.

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
    let route = avocet::operation::IntoRoute::into_route(seen {});
    let headers = &route.operation().responses[0].headers;
    let names: Vec<(&str, &str)> = headers
        .iter()
        .map(|it| (&*it.name, &*it.description))
        .collect();
    assert_eq!(names[0], ("x-cost", "What it cost."));
    assert_eq!(names[1].0, "etag");
    assert_eq!(names[2].0, "set-cookie");
}
