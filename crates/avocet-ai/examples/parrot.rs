//! Serves a model without weights with the APIs of AI clients: `cargo run -p avocet-ai --features constrain --example parrot [ADDRESS]`.
//!
//! It repeats the last message word by word, calls the first tool that it is offered, and follows any schema with the shortest JSON. That is
//! enough to try a client, an agent or a gateway against.

use avocet::prelude::*;
use avocet_ai::constrain::Grammars;
use avocet_ai::embed::{EmbedInput, EmbedRequest, Embedded, EmbeddingModel};
use avocet_ai::generate::{
    Content, Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel,
    Message, OutputFormat, Prompt, Role, Tool, ToolChoice, Usage, deltas,
};
use avocet_ai::{Anthropic, Catalog, OpenAi};
use avocet_store::{NamespaceConfig, Store};

/// The token that ends a response; the others are bytes.
const END: u32 = 256;

struct Parrot {
    grammars: Grammars,
}

impl Parrot {
    fn new() -> Result<Self, avocet_ai::constrain::ConstraintError> {
        let bytes = (0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]);
        Ok(Self {
            grammars: Grammars::new(bytes, END)?,
        })
    }

    /// Returns the shortest JSON of a format, or `None` for text.
    fn shortest(&self, format: &OutputFormat) -> Result<Option<String>, GenerateError> {
        let Some(mut constraint) = self.grammars.constraint(format)? else {
            return Ok(None);
        };
        let failed = |error| GenerateError::invalid("response_format", error);
        let mut json = Vec::new();
        while !constraint.is_complete() {
            let mut logits = vec![0.0; 257];
            constraint.mask_to_end(&mut logits).map_err(failed)?;
            let token = (0..).zip(logits).find(|(_, logit)| logit.is_finite());
            let token = token.map_or(END, |(token, _)| token);
            constraint.accept(token).map_err(failed)?;
            match u8::try_from(token) {
                Ok(byte) => json.push(byte),
                Err(_) => break,
            }
        }
        Ok(Some(String::from_utf8_lossy(&json).into_owned()))
    }

    /// Returns the tool that is called: none after the result of one.
    fn tool(request: &GenerateRequest) -> Option<&Tool> {
        let Prompt::Messages(messages) = &request.prompt else {
            return None;
        };
        if messages.last()?.role == Role::Tool {
            return None;
        }
        match &request.tool_choice {
            ToolChoice::None => None,
            ToolChoice::Tool(name) => request.tools.iter().find(|tool| tool.name == *name),
            _ => request.tools.first(),
        }
    }
}

impl LanguageModel for Parrot {
    async fn generate(&self, request: GenerateRequest) -> Result<Deltas, GenerateError> {
        let prompt_tokens = words(&request.prompt);
        let prompt = Delta::Prompt {
            tokens: prompt_tokens,
            cached: 0,
        };
        let mut pieces = vec![prompt];
        let mut reason = FinishReason::Stop;
        if let Some(tool) = Self::tool(&request) {
            let schema = OutputFormat::JsonSchema(tool.parameters.clone().into());
            let json = self.shortest(&schema)?.unwrap_or_default();
            pieces.push(Delta::ToolCall {
                index: 0,
                id: format!("call_{}", avocet::context::RequestId::generated()),
                name: tool.name.clone(),
            });
            pieces.push(Delta::ToolArguments { index: 0, json });
            reason = FinishReason::ToolCalls;
        } else if let Some(json) = self.shortest(&request.format)? {
            pieces.push(Delta::text(json));
        } else {
            let text = last_text(&request.prompt);
            let limit = request
                .max_tokens
                .map_or(usize::MAX, |limit| limit as usize);
            let all: Vec<&str> = text.split_inclusive(' ').collect();
            pieces.extend(all.iter().take(limit).map(|word| Delta::text(*word)));
            if all.len() > limit {
                reason = FinishReason::Length;
            }
        }
        let usage = Usage {
            prompt_tokens,
            cached_tokens: 0,
            completion_tokens: count(pieces.len() - 1),
        };
        Ok(deltas(stream! {
            for piece in pieces {
                yield piece;
            }
            yield Delta::Done(Done { reason, usage });
        }))
    }

    async fn count_tokens(&self, request: GenerateRequest) -> Result<u32, GenerateError> {
        Ok(words(&request.prompt))
    }
}

impl EmbeddingModel for Parrot {
    async fn embed(&self, request: EmbedRequest) -> Result<Embedded, GenerateError> {
        let lengths = request.inputs.iter().map(|input| match input {
            EmbedInput::Text(text) => count(text.len()),
            EmbedInput::Tokens(tokens) => count(tokens.len()),
            _ => 0,
        });
        let lengths: Vec<u32> = lengths.collect();
        #[expect(clippy::cast_precision_loss, reason = "the parrot is not exact")]
        let vectors = lengths.iter().map(|length| vec![*length as f32, 1.0]);
        Ok(Embedded {
            vectors: vectors.collect(),
            tokens: lengths.iter().sum(),
        })
    }
}

/// Returns what the parrot repeats.
fn last_text(prompt: &Prompt) -> String {
    let text_of = |message: &Message| {
        let parts = message.content.iter().map(|content| match content {
            Content::Text(text) => text.as_str(),
            _ => "an image",
        });
        parts.collect::<Vec<_>>().join(" ")
    };
    match prompt {
        Prompt::Messages(messages) => messages.last().map(text_of).unwrap_or_default(),
        Prompt::Text(text) => text.clone(),
        _ => "tokens".to_owned(),
    }
}

/// Counts the words of a prompt, its tokens.
fn words(prompt: &Prompt) -> u32 {
    count(match prompt {
        Prompt::Messages(messages) => {
            let texts = messages.iter().flat_map(|message| &message.content);
            let words = texts.map(|content| match content {
                Content::Text(text) => text.split_whitespace().count(),
                _ => 1,
            });
            words.sum()
        }
        Prompt::Text(text) => text.split_whitespace().count(),
        Prompt::Tokens(tokens) => tokens.len(),
        _ => 0,
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:8000".to_owned());
    let models = Catalog::new()
        .language("parrot", Parrot::new()?)
        .embedding("parrot", Parrot::new()?);
    let responses = Store::memory().namespace(NamespaceConfig::new("responses").cache())?;
    App::new("Parrot", "1.0.0")
        .plugin(OpenAi::new(models.clone()).store(responses))
        .plugin(Anthropic::new(models))
        .serve(address)
        .await
}
