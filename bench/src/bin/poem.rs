//! poem-openapi: types, rules and the document in one, as in its examples.

use std::fmt;
use std::time::Duration;

use async_stream::stream;
use avocet_bench::{BLOCK_MS, TOKENS};
use futures_core::stream::BoxStream;
use poem::error::InternalServerError;
use poem::listener::TcpListener;
use poem::{Result, Route, Server};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::validation::{Validator, ValidatorMeta};
use poem_openapi::{Object, OpenApi, OpenApiService, Union};

#[derive(Object)]
struct Message {
    message: String,
}

#[derive(Object)]
struct Vector {
    #[oai(validator(min_length = 1, max_length = 64))]
    id: String,
    #[oai(validator(min_items = 512, max_items = 512, custom = "Finite"))]
    values: Vec<f32>,
}

struct Finite;

impl fmt::Display for Finite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("finite")
    }
}

impl Validator<f32> for Finite {
    fn check(&self, value: &f32) -> bool {
        value.is_finite()
    }
}

impl ValidatorMeta for Finite {
    fn update_meta(&self, _: &mut poem_openapi::registry::MetaSchema) {}
}

#[derive(Object)]
struct Norm {
    id: String,
    norm: f32,
}

#[derive(Object)]
struct Chat {
    #[oai(validator(min_items = 1, max_items = 256))]
    messages: Vec<Turn>,
}

#[derive(Union)]
#[oai(discriminator_name = "role", rename_all = "snake_case")]
enum Turn {
    System(System),
    User(User),
    Assistant(Assistant),
    Tool(Tool),
}

#[derive(Object)]
struct System {
    content: String,
}

#[derive(Object)]
struct User {
    content: String,
    name: Option<String>,
}

#[derive(Object)]
struct Assistant {
    content: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Object)]
struct Tool {
    tool_call_id: String,
    content: String,
}

#[derive(Object)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Object)]
struct Counted {
    messages: usize,
    characters: usize,
}

impl Turn {
    fn content(&self) -> Option<&str> {
        match self {
            Self::System(turn) => Some(&turn.content),
            Self::User(turn) => Some(&turn.content),
            Self::Assistant(turn) => turn.content.as_deref(),
            Self::Tool(turn) => Some(&turn.content),
        }
    }
}

#[derive(Object)]
struct Token {
    index: u32,
    text: String,
}

fn token(index: u32) -> Token {
    let text = "token ".to_owned();
    Token { index, text }
}

type Tokens = EventStream<BoxStream<'static, Token>>;

fn events(tokens: BoxStream<'static, Token>) -> Tokens {
    EventStream::new(tokens).keep_alive(Duration::from_secs(15))
}

struct Api;

#[OpenApi]
impl Api {
    #[oai(path = "/", method = "get")]
    async fn hello(&self) -> Json<Message> {
        Json(Message {
            message: "Hello World".to_owned(),
        })
    }

    #[oai(path = "/embed", method = "post")]
    async fn embed(&self, vector: Json<Vector>) -> Json<Norm> {
        let Json(vector) = vector;
        let squares = vector.values.iter().map(|value| value * value);
        let norm = squares.sum::<f32>().sqrt();
        Json(Norm {
            id: vector.id,
            norm,
        })
    }

    #[oai(path = "/chat", method = "post")]
    async fn chat(&self, chat: Json<Chat>) -> Json<Counted> {
        let contents = chat.messages.iter().filter_map(Turn::content);
        Json(Counted {
            messages: chat.messages.len(),
            characters: contents.map(|content| content.chars().count()).sum(),
        })
    }

    #[oai(path = "/together", method = "get")]
    async fn together(&self) -> Tokens {
        events(Box::pin(stream! {
            for index in 0..TOKENS {
                yield token(index);
            }
        }))
    }

    #[oai(path = "/alone", method = "get")]
    async fn alone(&self) -> Tokens {
        events(Box::pin(stream! {
            let mut tokens = avocet_bench::one_by_one();
            while let Some(index) = tokens.recv().await {
                yield token(index);
            }
        }))
    }

    #[oai(path = "/paced", method = "get")]
    async fn paced(&self) -> Tokens {
        events(Box::pin(stream! {
            let mut ticks = tokio::time::interval(Duration::from_millis(100));
            for index in 0.. {
                ticks.tick().await;
                yield token(index);
            }
        }))
    }

    #[oai(path = "/block", method = "get")]
    async fn block(&self) -> Result<Json<Message>> {
        let blocking = || std::thread::sleep(Duration::from_millis(BLOCK_MS));
        tokio::task::spawn_blocking(blocking)
            .await
            .map_err(InternalServerError)?;
        Ok(Json(Message {
            message: "done".to_owned(),
        }))
    }
}

async fn serve() -> std::io::Result<()> {
    let api = OpenApiService::new(Api, "Bench", "1.0.0");
    let document = api.spec_endpoint();
    let routes = Route::new().nest("/", api).at("/openapi.json", document);
    let address = format!("127.0.0.1:{}", avocet_bench::port());
    Server::new(TcpListener::bind(address)).run(routes).await
}

fn main() -> std::io::Result<()> {
    avocet_bench::many_files();
    avocet_bench::runtime().block_on(serve())
}
