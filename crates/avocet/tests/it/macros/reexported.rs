//! Avocet under another name: `crate = path` in each attribute.

/// A framework that exports avocet.
mod reexport {
    pub(super) use avocet as api;
}

use reexport::api::prelude::{App, HttpError, Sse, StatusCode, WithHeaders};
use reexport::api::testing::TestClient;
use serde_json::json;

#[reexport::api::model(crate = reexport::api, name = "Note")]
struct Text {
    #[field(min_length = 1)]
    text: String,
    kind: Kind,
}

#[reexport::api::model(crate = reexport::api)]
enum Kind {
    Short,
    Long,
}

#[reexport::api::errors(crate = reexport::api)]
enum TextError {
    /// No such text.
    #[error(status = 404)]
    Missing { id: u32 },
}

#[reexport::api::events(crate = reexport::api)]
enum Progress {
    Text(Text),
    Done,
}

#[reexport::api::headers(crate = reexport::api)]
struct Cost {
    x_cost: u32,
}

#[reexport::api::post("/texts/{id}", crate = reexport::api)]
async fn change(
    id: u32,
    #[query(ge = 1, default = 1)] times: u32,
    #[body] text: Text,
) -> Result<WithHeaders<Text, Cost>, TextError> {
    match id {
        0 => Err(TextError::Missing { id }),
        _ => Ok(WithHeaders::new(text, Cost { x_cost: times })),
    }
}

#[reexport::api::get("/progress", crate = reexport::api)]
async fn progress() -> Sse<Progress> {
    Sse::new(reexport::api::stream! {
        yield Progress::Text(Text { text: "a".to_owned(), kind: Kind::Short });
        yield Progress::Done;
    })
}

#[cfg(feature = "websocket")]
#[reexport::api::websocket("/talk", crate = reexport::api)]
async fn talk(mut socket: reexport::api::websocket::WebSocket<Text>) -> Result<(), HttpError> {
    while let Some(text) = socket.recv().await {
        socket.send(text).await?;
    }
    Ok(())
}

#[reexport::api::main(crate = reexport::api)]
async fn program() -> u32 {
    7
}

/// A macro of a framework that exports avocet.
macro_rules! answer {
    ($avocet:path, $name:ident) => {
        #[reexport::api::get("/answer", crate = $avocet)]
        async fn $name() -> u32 {
            42
        }
    };
}

answer!(reexport::api, answer);

/// A macro that finds avocet through its own crate.
macro_rules! question {
    ($name:ident) => {
        #[reexport::api::get("/question", crate = $crate::macros::reexported::reexport::api)]
        async fn $name() -> u32 {
            6
        }
    };
}

question!(question);

#[test]
fn every_attribute_takes_the_path() {
    assert_eq!(program(), 7);
    #[cfg(feature = "websocket")]
    assert_eq!(
        reexport::api::route::IntoRoute::into_route(talk {})
            .operation()
            .id,
        "talk"
    );
}

#[tokio::test]
async fn a_reexported_crate_serves() {
    let app =
        App::new("Texts", "1").routes(reexport::api::routes![change, progress, answer, question]);
    let client = TestClient::new(app.build().unwrap());
    let send = |path| {
        client
            .post(path)
            .json(&json!({"text": "a", "kind": "Long"}))
    };
    let response = send("/texts/1?times=3").send().await;
    assert_eq!(response.header("x-cost"), "3");
    assert_eq!(response.text().await, r#"{"text":"a","kind":"Long"}"#);
    let response = send("/texts/0").send().await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(client.get("/answer").send().await.text().await, "42");
    let mut events = client.get("/progress").send().await;
    assert_eq!(events.next_event().await.unwrap().name, "text");
    assert_eq!(events.next_event().await.unwrap().name, "done");
}
