//! The HTTP API: the requests, the responses, and one function for each endpoint.

use avocet::inference::InferenceError;
use avocet::prelude::*;
use avocet::{Contact, License};
use avocet_ai::generate::{Delta, Done as End, FinishReason, GenerateError, Sampling};
use avocet_ai::{Anthropic, Catalog, OpenAi};

use crate::engine::{Engine, Options};
use crate::template::{Message, Role};

/// A conversation to continue.
#[model(input)]
struct ChatRequest {
    /// The conversation so far, oldest first.
    #[field(min_items = 1, max_items = 128)]
    messages: Vec<ChatMessage>,
    /// The maximum number of tokens in the response.
    #[field(default = 128, ge = 1, le = 512)]
    max_tokens: u16,
    /// 0 always takes the most likely token; a higher temperature gives more varied text.
    #[field(default = 0.7, ge = 0.0, le = 2.0)]
    temperature: f32,
    /// The same seed gives the same text.
    seed: Option<u64>,
}

/// A message of the conversation.
#[model(input)]
struct ChatMessage {
    /// The author of the message.
    role: ChatRole,
    /// The text of the message.
    #[field(max_length = 16_000)]
    content: String,
}

/// The author of a message.
#[model(input)]
#[serde(rename_all = "lowercase")]
enum ChatRole {
    /// The operator, who sets the conversation up.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// The events of a chat response.
#[events]
enum ChatEvent {
    /// More text.
    Token(Token),
    /// The response is complete.
    Done(Done),
}

/// A piece of the response.
#[model(output)]
struct Token {
    /// The index of the piece, from 0.
    index: usize,
    /// The text to append: whole characters.
    text: String,
}

/// The end of the response.
#[model(output)]
struct Done {
    /// Why it ended: `stop` when the model ended it, `length` when it reached `max_tokens` or the end of the context.
    finish_reason: &'static str,
    /// The tokens used.
    usage: Usage,
}

/// Token counts.
#[model(output)]
struct Usage {
    /// In the conversation.
    prompt_tokens: u32,
    /// In the response.
    completion_tokens: u32,
}

/// Why a conversation cannot be continued.
#[errors]
#[derive(Debug)]
enum ChatError {
    /// The conversation is longer than the model's context.
    #[error(
        status = 413,
        message = "the conversation has {tokens} tokens, the model takes {limit}"
    )]
    PromptTooLong {
        /// The length of the conversation, or a lower bound of it.
        tokens: usize,
        /// The limit of the model.
        limit: usize,
    },
    /// The model's chat template rejects the conversation.
    #[error(
        status = 400,
        message = "the chat template rejects the conversation: {reason}"
    )]
    Rejected {
        /// The template's own message.
        reason: String,
    },
}

impl From<GenerateError> for ChatError {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::PromptTooLong { tokens, limit } => Self::PromptTooLong { tokens, limit },
            GenerateError::Invalid { message, .. } => Self::Rejected { reason: message },
            other => Self::Rejected {
                reason: other.to_string(),
            },
        }
    }
}

/// Continue a conversation.
///
/// The response streams as `token` events while the model generates it, and ends with one `done` event. When the client disconnects,
/// generation stops at the next token.
#[post("/chat", tag = "chat")]
async fn chat(
    #[body] request: ChatRequest,
    #[state] engine: Engine,
) -> Result<Result<Sse<ChatEvent, InferenceError>, ChatError>, InferenceError> {
    let mut sampling = Sampling::default();
    sampling.temperature = Some(request.temperature);
    sampling.seed = request.seed;
    let options = Options::text(request.max_tokens.into(), sampling);
    let messages = request.messages.into_iter().map(Message::from).collect();
    let prompt = match engine.prompt(messages, options) {
        Ok(prompt) => prompt,
        Err(error) => return Ok(Err(error.into())),
    };
    let mut deltas = engine.generate(prompt)?;
    Ok(Ok(Sse::new(stream! {
        let mut index = 0;
        while let Some(delta) = deltas.next().await {
            match delta? {
                Delta::Text(piece) => {
                    yield ChatEvent::Token(Token { index, text: piece.text });
                    index += 1;
                }
                Delta::Done(end) => yield ChatEvent::Done(end.into()),
                _ => {}
            }
        }
    })))
}

/// Texts to embed.
#[model(input)]
struct EmbedRequest {
    /// One to 64 texts.
    #[field(
        min_items = 1,
        max_items = 64,
        items(min_length = 1, max_length = 2000)
    )]
    texts: Vec<String>,
    /// Scale the vectors to unit length.
    #[field(default = true)]
    normalize: bool,
}

/// A vector for each text.
#[model(output)]
struct Embeddings {
    /// In the order of the texts.
    vectors: Vec<Vec<f32>>,
}

/// Embed texts as vectors.
///
/// The response has one vector for each text, in the same order.
#[post("/embed", tag = "embeddings")]
async fn embed(
    #[body] request: EmbedRequest,
    #[state] engine: Engine,
) -> Result<Embeddings, InferenceError> {
    let vectors = engine.embed(request.texts, request.normalize).await?;
    Ok(Embeddings { vectors })
}

/// Two vectors of the same length.
#[model(input, check = Pair::same_length)]
struct Pair {
    /// One vector.
    #[field(min_items = 1, max_items = 4096)]
    a: Vec<f32>,
    /// The other vector.
    #[field(min_items = 1, max_items = 4096)]
    b: Vec<f32>,
}

impl Pair {
    fn same_length(&self) -> Result<(), ValidationError> {
        let (a, b) = (self.a.len(), self.b.len());
        if a == b {
            return Ok(());
        }
        Err(
            ValidationError::value_error(format_args!("has {b} numbers, but `a` has {a}"))
                .under("b"),
        )
    }
}

/// The similarity of two vectors.
#[model(output)]
struct Similarity {
    /// The cosine of the angle between them: 1 for the same direction, 0 if either vector has length zero.
    cosine: f64,
}

/// Compare two vectors.
///
/// Both must have the same length.
#[post("/similarity", tag = "embeddings")]
async fn similarity(#[body] pair: Pair) -> Similarity {
    let dot = |a: &[f32], b: &[f32]| {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum::<f64>()
    };
    let lengths = (dot(&pair.a, &pair.a) * dot(&pair.b, &pair.b)).sqrt();
    let cosine = if lengths > 0.0 {
        dot(&pair.a, &pair.b) / lengths
    } else {
        0.0
    };
    Similarity {
        cosine: cosine.clamp(-1.0, 1.0),
    }
}

/// The server's health.
#[model(output)]
struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The name of the loaded model.
    model: String,
    /// Requests that run now.
    running: usize,
    /// Requests that wait in the queue.
    waiting: usize,
}

/// Report how busy the server is.
///
/// Every response, whatever its status, shows that the server is alive.
#[get("/health", tag = "server")]
async fn health(#[state] engine: Engine) -> Health {
    Health {
        status: "ok",
        model: engine.model().name.clone(),
        running: engine.running(),
        waiting: engine.waiting(),
    }
}

/// Builds the application around an engine.
pub fn app(engine: Engine) -> App {
    let name = engine.model().name.clone();
    let models = Catalog::new()
        .language(&name, engine.clone())
        .embedding(&name, engine.clone());
    App::new("Chat", env!("CARGO_PKG_VERSION"))
        .description("A small language model: conversations, embeddings and their similarity.")
        .contact(Contact::new("The authors of Avocet"))
        .license(License::spdx("MIT OR Apache-2.0"))
        .describe_tag("chat", "Conversations with the model.")
        .describe_tag("embeddings", "Texts as vectors, and how alike these are.")
        .describe_tag("server", "The state of the server.")
        .component(engine.chat.clone())
        .component(engine.embedder.clone())
        .state(engine)
        .inference_view("/inference")
        .plugin(OpenAi::new(models.clone()))
        .plugin(Anthropic::new(models))
        .routes(routes![chat, embed, similarity, health])
}

impl From<ChatMessage> for Message {
    fn from(message: ChatMessage) -> Self {
        let role = match message.role {
            ChatRole::System => Role::System,
            ChatRole::User => Role::User,
            ChatRole::Assistant => Role::Assistant,
        };
        Self {
            role,
            content: message.content,
        }
    }
}

impl From<End> for Done {
    fn from(end: End) -> Self {
        Self {
            finish_reason: match end.reason {
                FinishReason::Length => "length",
                _ => "stop",
            },
            usage: Usage {
                prompt_tokens: end.usage.prompt_tokens,
                completion_tokens: end.usage.completion_tokens,
            },
        }
    }
}
