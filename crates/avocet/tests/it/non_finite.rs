//! NaN and infinity in every kind of response: an error of the response, unless the field writes `null`.

use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

#[model]
#[derive(Debug)]
struct Scored {
    id: u8,
    scores: Vec<f32>,
}

fn scored(id: u8, score: f32) -> Scored {
    Scored {
        id,
        scores: vec![0.5, score],
    }
}

#[get("/json")]
async fn as_json() -> Scored {
    scored(1, f32::NAN)
}

#[get("/with-status")]
async fn with_headers() -> Result<Vec<Option<f64>>, HttpError> {
    Ok(vec![None, Some(f64::INFINITY)])
}

#[get("/events")]
async fn as_events() -> Sse<Scored> {
    Sse::new(stream! {
        yield scored(1, 1.0);
        yield scored(2, f32::INFINITY);
        yield scored(3, 1.0);
    })
}

#[get("/lines")]
async fn as_lines() -> JsonLines<Scored> {
    JsonLines::new(stream! {
        yield scored(1, 1.0);
        yield scored(2, f32::NAN);
        yield scored(3, 1.0);
    })
}

#[errors]
#[derive(Debug)]
enum Busy {
    /// The queue is full.
    #[error(status = 503)]
    Queue { load: f64 },
}

#[get("/error")]
async fn as_error() -> Result<(), Busy> {
    Err(Busy::Queue { load: f64::NAN })
}

#[model]
struct OrNull {
    #[field(non_finite = "null")]
    score: f32,
    #[field(non_finite = "null", max_items = 2)]
    more: Option<Vec<f64>>,
}

#[post("/null")]
async fn or_null(#[body] sent: OrNull) -> OrNull {
    OrNull {
        score: sent.score / 0.0,
        more: Some(vec![1.0, f64::NAN]),
    }
}

fn client() -> TestClient {
    let routes = routes![
        as_json,
        with_headers,
        as_events,
        as_lines,
        as_error,
        or_null
    ];
    let app = App::new("Floats", "1.0.0").routes(routes);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn a_response_is_a_500() {
    for path in ["/json", "/with-status", "/error"] {
        let response = client().get(path).send().await;
        assert_eq!(response.status(), 500, "{path}");
        let body: Value = response.json().await;
        assert_eq!(body, json!({"detail": "Internal Server Error"}), "{path}");
    }
}

#[tokio::test]
async fn a_stream_ends_with_an_error() {
    let mut response = client().get("/events").send().await;
    let first = response.next_event().await.expect("the first");
    assert_eq!(first.json::<Value>()["id"], 1);
    let error = response.next_event().await.expect("the error");
    assert_eq!(error.name, "error");
    assert_eq!(
        error.json::<Value>(),
        json!({"detail": "Internal Server Error"})
    );
    assert!(response.next_event_or_break().await.is_err());
    let mut lines = client().get("/lines").send().await;
    let first: Value = lines.next_item().await.expect("the first");
    assert_eq!(first, json!({"id": 1, "scores": [0.5, 1.0]}));
    let error: Value = lines.next_item().await.expect("the error");
    assert_eq!(error, json!({"error": {"detail": "Internal Server Error"}}));
    assert!(lines.next_item_or_break::<Value>().await.is_err());
}

#[tokio::test]
async fn the_document_has_null_where_the_field_writes_it() {
    let client = client();
    let response = client.post("/null").json(&json!({"score": 1})).send().await;
    assert_eq!(
        response.json::<Value>().await,
        json!({"score": null, "more": [1.0, null]})
    );
    let rejected = client
        .post("/null")
        .json(&json!({"score": null}))
        .send()
        .await;
    assert_eq!(rejected.status(), 422);
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let schemas = &document["components"]["schemas"];
    let number = json!({"type": "number", "format": "double"});
    let output = &schemas["OrNull-Output"]["properties"];
    assert_eq!(output["score"]["anyOf"][1], json!({"type": "null"}));
    assert_eq!(
        output["more"]["anyOf"][0]["items"],
        json!({"anyOf": [number, {"type": "null"}]})
    );
    let input = &schemas["OrNull-Input"]["properties"];
    assert_eq!(input["score"]["type"], "number");
    assert_eq!(input["more"]["anyOf"][0]["items"], number);
    // A model that serializes no `null` is one component for both sides.
    assert_eq!(
        schemas["Scored"]["properties"]["scores"]["items"]["type"],
        "number"
    );
}

#[cfg(feature = "websocket")]
mod websockets {
    use super::*;

    #[websocket("/socket")]
    async fn socket(mut socket: WebSocket<String, Scored>) -> Result<(), HttpError> {
        while socket.recv().await.is_some() {
            socket.send(scored(1, f32::NAN)).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_message_is_an_error_of_the_conversation() {
        let app = App::new("Floats", "1.0.0").routes(routes![socket]);
        let client = TestClient::new(app.build().expect("it builds"));
        let mut socket = client.websocket("/socket").connect().await;
        socket.send_text("go").await;
        let close = socket.closed().await;
        assert_eq!(
            (close.code(), close.reason()),
            (1011, "Internal Server Error")
        );
    }
}
