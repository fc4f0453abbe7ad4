//! AI endpoints.

// ANCHOR: model
use std::convert::Infallible;

use avocet::inference::{Emit, Streamer, Workers};
use avocet::prelude::*;
use avocet_ai::generate::{
    Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Prompt,
    Usage, deltas,
};

/// Stands for a model of a library: it repeats the last message, a word at a time.
pub struct Llama;

impl Streamer for Llama {
    type Request = GenerateRequest;
    type Item = Delta;
    type Error = Infallible;

    fn run(&mut self, request: GenerateRequest, out: &mut Emit<Delta>) -> Result<(), Infallible> {
        let limit = request.max_tokens.unwrap_or(100) as usize;
        let mut usage = Usage {
            prompt_tokens: 7,
            ..Usage::default()
        };
        let _ = out.push(Delta::Prompt {
            tokens: usage.prompt_tokens,
            cached: 0,
        });
        for word in last_message(&request.prompt)
            .split_inclusive(' ')
            .take(limit)
        {
            // An error means that the client has left.
            if out.push(Delta::text(word)).is_err() {
                return Ok(());
            }
            usage.completion_tokens += 1;
        }
        let reason = FinishReason::Stop;
        let _ = out.push(Delta::Done(Done { reason, usage }));
        Ok(())
    }
}

/// The model as the endpoints use it.
pub struct Chat(pub Workers<Llama>);

impl LanguageModel for Chat {
    async fn generate(&self, request: GenerateRequest) -> Result<Deltas, GenerateError> {
        let mut items = self.0.stream(request)?;
        Ok(deltas(stream! {
            while let Some(delta) = items.next().await {
                yield delta?;
            }
        }))
    }
}
// ANCHOR_END: model

fn last_message(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Messages(messages) => messages
            .last()
            .and_then(|message| message.text().ok())
            .unwrap_or_default(),
        Prompt::Text(text) => text.clone(),
        _ => String::new(),
    }
}

// ANCHOR: app
use avocet_ai::{Anthropic, Catalog, OpenAi, OpenInference};

pub fn app(llama: Workers<Llama>) -> App {
    let models = Catalog::new()
        .language("llama", Chat(llama.clone()))
        .embedding("lengths", Lengths);
    App::new("Models", "1.0.0")
        .component(llama)
        .plugin(OpenAi::new(models.clone()))
        .plugin(Anthropic::new(models.clone()))
        .plugin(OpenInference::new(models))
}
// ANCHOR_END: app

pub fn llama() -> Workers<Llama> {
    Workers::new("llama", |_| Ok(Llama)).queue(64)
}

// ANCHOR: embedding
use avocet_ai::embed::{EmbedInput, EmbedRequest, Embedded, EmbeddingModel};

/// Stands for a model of a library: its vectors are the lengths of the texts.
pub struct Lengths;

impl EmbeddingModel for Lengths {
    async fn embed(&self, request: EmbedRequest) -> Result<Embedded, GenerateError> {
        let vectors = request.inputs.iter().map(|input| match input {
            EmbedInput::Text(text) => Ok(vec![text.len() as f32]),
            _ => Err(GenerateError::unsupported(
                "input",
                "the model embeds texts, not tokens",
            )),
        });
        Ok(Embedded {
            vectors: vectors.collect::<Result<_, _>>()?,
            tokens: 0,
        })
    }
}
// ANCHOR_END: embedding

// ANCHOR: protected
use avocet::depend::Requirement;
use avocet::types::Secret;
use avocet_store::{NamespaceConfig, Store};

#[dependency]
async fn key(#[bearer] key: Secret<String>) -> Result<(), HttpError> {
    if key.matches("sk-1") {
        Ok(())
    } else {
        Err(avocet::security::unauthorized("Bearer", "Unknown key"))
    }
}

pub fn protected(models: Catalog, store: &Store) -> Result<App, avocet_store::Error> {
    let responses = NamespaceConfig::new("responses")
        .value_bytes(1 << 20)
        .cache();
    let openai = OpenAi::new(models)
        .store(store.namespace(responses)?)
        .router(Router::new("/v1").requires(Requirement::of::<key>()));
    Ok(App::new("Models", "1.0.0").plugin(openai))
}
// ANCHOR_END: protected
