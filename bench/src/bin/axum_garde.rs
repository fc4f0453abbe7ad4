//! axum with garde and utoipa, as is common in its community.

use std::time::Duration;

use async_stream::try_stream;
use avocet_bench::{BLOCK_MS, TOKENS};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use bytes::Bytes;
use futures_core::Stream;
use garde::Validate;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(Serialize, ToSchema)]
struct Message {
    message: &'static str,
}

#[utoipa::path(get, path = "/", responses((status = OK, body = Message)))]
async fn hello() -> Json<Message> {
    Json(Message {
        message: "Hello World",
    })
}

#[derive(Deserialize, Validate, ToSchema)]
struct Vector {
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    id: String,
    #[garde(length(min = 512, max = 512), custom(finite))]
    #[schema(min_items = 512, max_items = 512)]
    values: Vec<f32>,
}

fn finite(values: &[f32], _: &()) -> garde::Result {
    if values.iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(garde::Error::new("not finite"))
    }
}

#[derive(Serialize, ToSchema)]
struct Norm {
    id: String,
    norm: f32,
}

#[utoipa::path(
    post,
    path = "/embed",
    request_body = Vector,
    responses((status = OK, body = Norm), (status = UNPROCESSABLE_ENTITY, body = String))
)]
async fn embed(Json(vector): Json<Vector>) -> Result<Json<Norm>, Response> {
    vector.validate().map_err(invalid)?;
    let squares = vector.values.iter().map(|value| value * value);
    let norm = squares.sum::<f32>().sqrt();
    Ok(Json(Norm {
        id: vector.id,
        norm,
    }))
}

fn invalid(report: garde::Report) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, report.to_string()).into_response()
}

#[derive(Deserialize, Validate, ToSchema)]
struct Chat {
    #[garde(length(min = 1, max = 256))]
    #[schema(min_items = 1, max_items = 256)]
    messages: Vec<Turn>,
}

#[derive(Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "a conversation is read whole and then only counted"
)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Turn {
    System {
        content: String,
    },
    User {
        content: String,
        name: Option<String>,
    },
    Assistant {
        content: Option<String>,
        tool_calls: Option<Vec<Call>>,
    },
    Tool {
        tool_call_id: String,
        content: String,
    },
}

#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "as above")]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Serialize, ToSchema)]
struct Counted {
    messages: usize,
    characters: usize,
}

#[utoipa::path(
    post,
    path = "/chat",
    request_body = Chat,
    responses((status = OK, body = Counted), (status = UNPROCESSABLE_ENTITY, body = String))
)]
async fn chat(Json(chat): Json<Chat>) -> Result<Json<Counted>, Response> {
    chat.validate().map_err(invalid)?;
    let contents = chat.messages.iter().filter_map(Turn::content);
    Ok(Json(Counted {
        messages: chat.messages.len(),
        characters: contents.map(|content| content.chars().count()).sum(),
    }))
}

impl Turn {
    fn content(&self) -> Option<&str> {
        match self {
            Self::System { content } | Self::User { content, .. } | Self::Tool { content, .. } => {
                Some(content)
            }
            Self::Assistant { content, .. } => content.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Token {
    index: u32,
    text: String,
}

type Item = Result<Event, axum::Error>;

fn token(index: u32) -> Item {
    let text = "token ".to_owned();
    Event::default().json_data(Token { index, text })
}

fn events<S: Stream<Item = Item> + Send + 'static>(stream: S) -> impl IntoResponse {
    Sse::new(stream).keep_alive(KeepAlive::default())
}

#[utoipa::path(get, path = "/together", responses((status = OK, content_type = "text/event-stream")))]
async fn together() -> impl IntoResponse {
    events(try_stream! {
        for index in 0..TOKENS {
            yield token(index)?;
        }
    })
}

#[utoipa::path(get, path = "/alone", responses((status = OK, content_type = "text/event-stream")))]
async fn alone() -> impl IntoResponse {
    events(try_stream! {
        let mut tokens = avocet_bench::one_by_one();
        while let Some(index) = tokens.recv().await {
            yield token(index)?;
        }
    })
}

#[utoipa::path(get, path = "/paced", responses((status = OK, content_type = "text/event-stream")))]
async fn paced() -> impl IntoResponse {
    events(try_stream! {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield token(index)?;
        }
    })
}

#[utoipa::path(get, path = "/block", responses((status = OK, body = Message)))]
async fn block() -> Result<Json<Message>, StatusCode> {
    let blocking = || std::thread::sleep(Duration::from_millis(BLOCK_MS));
    let outcome = tokio::task::spawn_blocking(blocking).await;
    outcome.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Message { message: "done" }))
}

fn app() -> Router {
    let (router, document) = OpenApiRouter::new()
        .routes(routes!(hello))
        .routes(routes!(embed))
        .routes(routes!(chat))
        .routes(routes!(together))
        .routes(routes!(alone))
        .routes(routes!(paced))
        .routes(routes!(block))
        .split_for_parts();
    // Serialized once: axum clones its handlers for each connection, and would clone the document with them.
    let document = Bytes::from(document.to_json().expect("it serializes"));
    let document = async || ([(CONTENT_TYPE, "application/json")], document);
    router.route("/openapi.json", get(document))
}

async fn serve() {
    let address = ("127.0.0.1", avocet_bench::port());
    let listener = TcpListener::bind(address).await.expect("the port is free");
    // Tokens are small and must not be delayed.
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, app()).await.expect("it serves");
}

fn main() {
    avocet_bench::many_files();
    avocet_bench::runtime().block_on(serve());
}
