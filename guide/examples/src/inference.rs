//! Models.

// ANCHOR: predictor
use avocet::inference::{Batch, InferenceError, Predictor, Workers};
use avocet::prelude::*;
use std::time::Duration;

/// A model of sentence embeddings.
pub struct Embedder(MiniLm);

impl Predictor for Embedder {
    type Input = String;
    type Output = Vec<f32>;
    type Error = ModelFault;

    /// What a text costs: about its number of tokens.
    fn cost(text: &String) -> u32 {
        1 + text.len() as u32 / 4
    }

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<Vec<f32>>, ModelFault> {
        self.0.encode(batch.inputs())
    }
}

/// Embed texts as vectors.
#[post("/embed")]
async fn embed(
    #[body] texts: Vec<String>,
    #[state] model: Workers<Embedder>,
) -> Result<Vec<Vec<f32>>, InferenceError> {
    model.run_all(texts).await
}

pub fn embedder() -> Workers<Embedder> {
    Workers::new("minilm", |replica| {
        Ok(Embedder(MiniLm::load("model", replica.device())?))
    })
    .replicas(2)
    .max_batch(32)
    .queue(512)
    .deadline(Duration::from_secs(10))
}

pub fn app(embedder: Workers<Embedder>) -> App {
    App::new("Embedder", "1.0.0")
        .component(embedder)
        .routes(routes![embed])
}
// ANCHOR_END: predictor

/// Why the model failed.
#[derive(Debug)]
pub enum ModelFault {
    TooLong { tokens: usize },
}

impl std::fmt::Display for ModelFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::TooLong { tokens } = self;
        write!(f, "the text has {tokens} tokens")
    }
}

impl std::error::Error for ModelFault {}

/// Stands for a model of a library: its vectors are the lengths of the texts.
pub struct MiniLm;

impl MiniLm {
    fn load(_path: &str, _device: usize) -> Result<Self, ModelFault> {
        Ok(Self)
    }

    fn encode(&mut self, texts: &[String]) -> Result<Vec<Vec<f32>>, ModelFault> {
        let vector = |text: &String| match text.len() {
            length @ 0..100 => Ok(vec![length as f32]),
            tokens => Err(ModelFault::TooLong { tokens }),
        };
        texts.iter().map(vector).collect()
    }
}

pub mod short {
    // ANCHOR: short
    use avocet::inference::{BatchFn, Workers, workers};
    use std::convert::Infallible;

    pub fn lengths() -> Workers<BatchFn<String, u32>> {
        workers::batch(
            "lengths",
            |_replica| Ok(()),
            |(), texts: &[String]| {
                Ok::<_, Infallible>(texts.iter().map(|text| text.len() as u32).collect())
            },
        )
    }
    // ANCHOR_END: short
}

pub mod streamer {
    // ANCHOR: streamer
    use avocet::inference::{Emit, InferenceError, Streamer, Workers};
    use avocet::prelude::*;
    use std::convert::Infallible;

    #[model]
    pub struct Token {
        text: String,
    }

    pub struct Echo;

    impl Streamer for Echo {
        type Request = String;
        type Item = Token;
        type Error = Infallible;

        fn run(&mut self, prompt: String, out: &mut Emit<Token>) -> Result<(), Infallible> {
            for word in prompt.split_whitespace() {
                let text = word.to_owned();
                // The client has left, or the deadline has passed.
                if out.push(Token { text }).is_err() {
                    break;
                }
            }
            Ok(())
        }
    }

    #[post("/answer")]
    async fn answer(
        #[body] prompt: String,
        #[state] model: Workers<Echo>,
    ) -> Result<Sse<Token, InferenceError>, InferenceError> {
        Ok(Sse::new(model.stream(prompt)?))
    }

    pub fn app() -> App {
        App::new("Answers", "1.0.0")
            .component(Workers::new("echo", |_| Ok(Echo)))
            .routes(routes![answer])
    }
    // ANCHOR_END: streamer
}

pub mod generator {
    // ANCHOR: generator
    use avocet::inference::{Admission, Generator, InferenceError, Running, Workers};
    use avocet::prelude::*;
    use std::convert::Infallible;

    /// Counts down for several requests together.
    pub struct Countdown;

    impl Generator for Countdown {
        type Request = u32;
        type Item = u32;
        type Sequence = u32;
        type Error = Infallible;

        /// Begins a sequence; `Admission::Later(from)` if the cache of the model is full.
        fn admit(&mut self, from: u32) -> Result<Admission<u32, u32>, Infallible> {
            Ok(Admission::Running(from))
        }

        /// Computes the next item of all sequences.
        fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), Infallible> {
            for active in running.iter_mut() {
                let number = *active.sequence();
                active.emit(number);
                match number.checked_sub(1) {
                    Some(next) => *active.sequence() = next,
                    None => active.finish(),
                }
            }
            Ok(())
        }

        /// Frees what a sequence holds: it has finished, or its client has left.
        fn release(&mut self, _sequence: u32) {}
    }

    #[get("/countdown/{from}")]
    async fn countdown(
        from: u32,
        #[state] model: Workers<Countdown>,
    ) -> Result<JsonLines<u32, InferenceError>, InferenceError> {
        Ok(JsonLines::new(model.generate(from)?))
    }

    pub fn app() -> App {
        App::new("Countdown", "1.0.0")
            .component(Workers::new("countdown", |_| Ok(Countdown)).max_batch(8))
            .routes(routes![countdown])
    }
    // ANCHOR_END: generator
}

pub mod callers {
    use super::*;

    // ANCHOR: callers
    use avocet::context::Caller;
    use avocet::inference::Priority;

    pub fn limited(embedder: Workers<Embedder>) -> Workers<Embedder> {
        embedder
            .max_cost(16_384)
            .queue_cost(200_000)
            .per_caller(64)
            .weight(|caller| {
                if caller.id().starts_with("paid-") {
                    4
                } else {
                    1
                }
            })
    }

    /// Embed a whole collection, behind all other work.
    #[post("/collections")]
    async fn collection(
        #[body] texts: Vec<String>,
        #[header] tenant: String,
        #[state] model: Workers<Embedder>,
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        let model = model
            .with_caller(Caller::new(tenant))
            .with_priority(Priority::Low)
            .with_deadline(Duration::from_secs(5));
        model.run_all(texts).await
    }
    // ANCHOR_END: callers

    pub fn app(embedder: Workers<Embedder>) -> App {
        App::new("Collections", "1.0.0")
            .component(limited(embedder))
            .routes(routes![collection])
    }
}

// ANCHOR: deadlines
use http::HeaderName;

pub fn with_deadlines(app: App) -> App {
    app.time_limit(Duration::from_secs(30))
        .time_limit_header(HeaderName::from_static("x-request-timeout"))
}
// ANCHOR_END: deadlines

pub mod errors {
    use super::*;

    // ANCHOR: errors
    #[errors]
    pub enum EmbedError {
        /// The text is longer than the model can read.
        #[error(status = 422)]
        TooLong { tokens: usize },
    }

    /// Embed one text.
    #[post("/embed-one")]
    async fn embed_one(
        #[body] text: String,
        #[state] model: Workers<Embedder>,
    ) -> Result<Result<Vec<f32>, EmbedError>, InferenceError> {
        match model.run(text).await {
            Err(InferenceError::Model(error)) => match error.downcast_ref() {
                Some(ModelFault::TooLong { tokens }) => {
                    Ok(Err(EmbedError::TooLong { tokens: *tokens }))
                }
                None => Err(InferenceError::Model(error)),
            },
            result => result.map(Ok),
        }
    }
    // ANCHOR_END: errors

    pub fn app(embedder: Workers<Embedder>) -> App {
        App::new("Embedder", "1.0.0")
            .component(embedder)
            .routes(routes![embed_one])
    }
}

// ANCHOR: operate
use avocet::observe::{Health, Metrics};

pub fn operated(embedder: Workers<Embedder>) -> App {
    app(embedder)
        .health(Health::new())
        .metrics(Metrics::new().at("/metrics"))
        .inference_view("/inference")
        .overload_status(StatusCode::TOO_MANY_REQUESTS)
}
// ANCHOR_END: operate

// ANCHOR: swap
/// Load the new version of the model beside the old one, and replace it.
#[post("/update")]
async fn update(#[state] model: Workers<Embedder>) -> Result<(), InferenceError> {
    model
        .swap(|replica| Ok(Embedder(MiniLm::load("model-v2", replica.device())?)))
        .await
}
// ANCHOR_END: swap

pub fn updated(embedder: Workers<Embedder>) -> App {
    app(embedder).routes(routes![update])
}

pub mod under_axum {
    // ANCHOR: axum
    use avocet_inference::{BatchFn, InferenceError, Workers, prometheus};
    use axum::extract::State;
    use axum::http::StatusCode;
    use axum::response::{IntoResponse, Response};
    use axum::routing::{get, post};
    use std::time::Duration;

    type Lengths = Workers<BatchFn<String, u32>>;

    async fn length(State(model): State<Lengths>, text: String) -> Response {
        match model.run(text).await {
            Ok(length) => length.to_string().into_response(),
            Err(error) => response(&error),
        }
    }

    fn response(error: &InferenceError) -> Response {
        match error {
            InferenceError::Rejected(rejected) => {
                let after = rejected.retry_after.unwrap_or(Duration::from_secs(60));
                let after = after.as_millis().max(1).to_string();
                let headers = [("retry-after-ms", after)];
                let status = StatusCode::SERVICE_UNAVAILABLE;
                (status, headers, rejected.to_string()).into_response()
            }
            InferenceError::Expired => StatusCode::GATEWAY_TIMEOUT.into_response(),
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    async fn metrics(State(model): State<Lengths>) -> String {
        prometheus(&[model.monitor()])
    }

    /// The program starts the model, and stops it at the end.
    pub async fn router(model: Lengths) -> Result<axum::Router, InferenceError> {
        model.start().await?;
        Ok(axum::Router::new()
            .route("/length", post(length))
            .route("/metrics", get(metrics))
            .with_state(model))
    }
    // ANCHOR_END: axum
}
