//! actix-web with garde, and actix-web-lab for events, as its own guide recommends.

use std::time::Duration;

use actix_web::error::ErrorInternalServerError;
use actix_web::{App, HttpServer, Responder, Result, get, post, rt, web};
use actix_web_lab::sse::{Data, Event, Sse};
use async_stream::stream;
use avocet_bench::{BLOCK_MS, TOKENS};
use futures_core::Stream;
use garde::Validate;
use garde_actix_web::web::Json;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[get("/")]
async fn hello() -> impl Responder {
    web::Json(Message {
        message: "Hello World",
    })
}

#[derive(Deserialize, Validate)]
struct Vector {
    #[garde(length(chars, min = 1, max = 64))]
    id: String,
    #[garde(length(min = 512, max = 512), custom(finite))]
    values: Vec<f32>,
}

fn finite(values: &[f32], _: &()) -> garde::Result {
    if values.iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(garde::Error::new("not finite"))
    }
}

#[derive(Serialize)]
struct Norm {
    id: String,
    norm: f32,
}

#[post("/embed")]
async fn embed(vector: Json<Vector>) -> impl Responder {
    let vector = vector.into_inner();
    let squares = vector.values.iter().map(|value| value * value);
    let norm = squares.sum::<f32>().sqrt();
    web::Json(Norm {
        id: vector.id,
        norm,
    })
}

#[derive(Deserialize, Validate)]
struct Chat {
    #[garde(length(min = 1, max = 256))]
    messages: Vec<Turn>,
}

#[derive(Deserialize)]
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

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Serialize)]
struct Counted {
    messages: usize,
    characters: usize,
}

#[post("/chat")]
async fn chat(chat: Json<Chat>) -> impl Responder {
    let contents = chat.messages.iter().filter_map(Turn::content);
    web::Json(Counted {
        messages: chat.messages.len(),
        characters: contents.map(|content| content.chars().count()).sum(),
    })
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

fn token(index: u32) -> serde_json::Result<Event> {
    let text = "token ".to_owned();
    Data::new_json(Token { index, text }).map(Event::Data)
}

fn events<S>(stream: S) -> impl Responder
where
    S: Stream<Item = serde_json::Result<Event>> + 'static,
{
    Sse::from_stream(stream).with_keep_alive(Duration::from_secs(15))
}

#[get("/together")]
async fn together() -> impl Responder {
    events(stream! {
        for index in 0..TOKENS {
            yield token(index);
        }
    })
}

#[get("/alone")]
async fn alone() -> impl Responder {
    events(stream! {
        let mut tokens = avocet_bench::one_by_one();
        while let Some(index) = tokens.recv().await {
            yield token(index);
        }
    })
}

#[get("/paced")]
async fn paced() -> impl Responder {
    events(stream! {
        let mut ticks = rt::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield token(index);
        }
    })
}

#[get("/block")]
async fn block() -> Result<impl Responder> {
    let blocking = || std::thread::sleep(Duration::from_millis(BLOCK_MS));
    web::block(blocking)
        .await
        .map_err(ErrorInternalServerError)?;
    Ok(web::Json(Message { message: "done" }))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    avocet_bench::many_files();
    let app = || {
        App::new()
            .service(hello)
            .service(embed)
            .service(chat)
            .service(together)
            .service(alone)
            .service(paced)
            .service(block)
    };
    HttpServer::new(app)
        .workers(avocet_bench::workers())
        .tcp_nodelay(true)
        .bind(("127.0.0.1", avocet_bench::port()))?
        .run()
        .await
}
