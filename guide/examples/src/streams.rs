//! Streams.

// ANCHOR: events
use avocet::prelude::*;

#[model]
pub struct Token {
    text: String,
}

#[model]
pub struct Usage {
    tokens: usize,
}

#[events]
pub enum ChatEvent {
    Token(Token),
    Done(Usage),
}

#[get("/chat")]
async fn chat(#[query] text: String) -> Sse<ChatEvent> {
    Sse::new(stream! {
        let mut tokens = 0;
        for word in text.split_whitespace() {
            tokens += 1;
            yield ChatEvent::Token(Token { text: word.to_owned() });
        }
        yield ChatEvent::Done(Usage { tokens });
    })
}
// ANCHOR_END: events

// ANCHOR: ids
#[get("/numbered")]
async fn numbered() -> Sse<ServerEvent<Token>> {
    Sse::new(stream! {
        for (number, text) in (1..).zip(["one", "two"]) {
            yield ServerEvent::new(Token { text: text.to_owned() }).id(number);
        }
    })
}
// ANCHOR_END: ids

// ANCHOR: error
#[get("/unstable")]
async fn unstable(#[query] tokens: u32) -> Sse<Token> {
    Sse::new(stream! {
        for number in 0..tokens {
            yield Token { text: number.to_string() };
        }
        Err(HttpError::new(StatusCode::BAD_GATEWAY, "the model has crashed"))?;
    })
}
// ANCHOR_END: error

// ANCHOR: lines
#[get("/numbers")]
async fn numbers() -> JsonLines<u32> {
    JsonLines::new(stream! {
        for number in 1..=3 {
            yield number;
        }
    })
}
// ANCHOR_END: lines

// ANCHOR: bytes
use avocet::response::MediaType;

pub struct Wav;

impl MediaType for Wav {
    const NAME: &'static str = "audio/wav";
}

#[get("/speech")]
async fn speech() -> ByteStream<Wav> {
    ByteStream::new(stream! {
        yield "RIFF".into();
        yield "WAVE".into();
    })
}
// ANCHOR_END: bytes

// ANCHOR: produce
use avocet::tasks::Tasks;

/// Generate tokens on a thread, as a model does.
#[get("/generate")]
async fn generate(#[query] text: String, #[request] tasks: Tasks) -> Result<Sse<Token>, HttpError> {
    Ok(Sse::new(tasks.produce(16, move |tokens| {
        for word in text.split_whitespace() {
            // An expensive computation. `send` fails when the client has disconnected.
            tokens.send(Token {
                text: word.to_owned(),
            })?;
        }
        Ok(())
    })?))
}
// ANCHOR_END: produce

// ANCHOR: replay
use avocet::response::{Followed, Replay, ReplayError};

/// Start a run.
#[post("/runs/{run}", status = 202)]
async fn start(run: String, #[state] runs: Replay<Token>) -> Result<(), ReplayError> {
    let recorder = runs.record(&run)?;
    tokio::spawn(async move {
        for text in ["one", "two", "three"] {
            recorder.publish(Token { text: text.into() })?;
        }
        recorder.finish();
        Ok::<_, HttpError>(())
    });
    Ok(())
}

/// Follow a run, from its beginning or from the last event that the client has received.
#[get("/runs/{run}")]
async fn follow(
    run: String,
    #[header] last_event_id: Option<String>,
    #[state] runs: Replay<Token>,
) -> Followed<Token> {
    runs.follow(&run, last_event_id.as_deref())
}
// ANCHOR_END: replay

pub fn app() -> App {
    App::new("Streams", "1.0.0")
        .state(Replay::<Token>::default())
        .routes(routes![
            chat, numbered, unstable, numbers, speech, generate, start, follow
        ])
}
