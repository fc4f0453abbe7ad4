//! Avocet.

use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet_bench::{BLOCK_MS, TOKENS};

#[model(output)]
struct Message {
    message: &'static str,
}

#[get("/")]
async fn hello() -> Message {
    Message {
        message: "Hello World",
    }
}

#[model(input)]
struct Vector {
    #[field(min_length = 1, max_length = 64)]
    id: String,
    #[field(min_items = 512, max_items = 512)]
    values: Vec<f32>,
}

#[model(output)]
struct Norm {
    id: String,
    norm: f32,
}

#[post("/embed")]
async fn embed(#[body] vector: Vector) -> Norm {
    let squares = vector.values.iter().map(|value| value * value);
    let norm = squares.sum::<f32>().sqrt();
    Norm {
        id: vector.id,
        norm,
    }
}

#[model(input)]
struct Chat {
    #[field(min_items = 1, max_items = 256)]
    messages: Vec<Turn>,
}

#[model(input)]
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

#[model(input)]
#[expect(dead_code, reason = "as above")]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

#[model(output)]
struct Counted {
    messages: usize,
    characters: usize,
}

#[post("/chat")]
async fn chat(#[body] chat: Chat) -> Counted {
    let contents = chat.messages.iter().filter_map(Turn::content);
    Counted {
        messages: chat.messages.len(),
        characters: contents.map(|content| content.chars().count()).sum(),
    }
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

#[model(output)]
struct Token {
    index: u32,
    text: String,
}

fn token(index: u32) -> Token {
    let text = "token ".to_owned();
    Token { index, text }
}

#[get("/together")]
async fn together() -> Sse<Token> {
    Sse::new(stream! {
        for index in 0..TOKENS {
            yield token(index);
        }
    })
}

#[get("/alone")]
async fn alone() -> Sse<Token> {
    Sse::new(stream! {
        let mut tokens = avocet_bench::one_by_one();
        while let Some(index) = tokens.recv().await {
            yield token(index);
        }
    })
}

#[get("/paced")]
async fn paced() -> Sse<Token> {
    Sse::new(stream! {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield token(index);
        }
    })
}

#[get("/block")]
async fn block() -> Result<Message, HttpError> {
    let blocking = || std::thread::sleep(Duration::from_millis(BLOCK_MS));
    tokio::task::spawn_blocking(blocking).await?;
    Ok(Message { message: "done" })
}

fn main() -> avocet::Result<()> {
    avocet_bench::many_files();
    let app = App::new("Bench", "1.0.0")
        .limits(Limits::default().connections(20_000))
        .routes(routes![hello, embed, chat, together, alone, paced, block]);
    let address = format!("127.0.0.1:{}", avocet_bench::port());
    avocet_bench::runtime().block_on(app.serve(address))
}
