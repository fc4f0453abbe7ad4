//! The engine as a model of `avocet-ai`, which serves it with the APIs of AI clients.

use avocet::inference::{InferenceError, ModelError};
use avocet::prelude::*;
use avocet_ai::embed::{EmbedInput, EmbedRequest, Embedded, EmbeddingModel};
use avocet_ai::generate::{
    self, Deltas, GenerateError, GenerateRequest, LanguageModel, OutputFormat, ToolChoice, deltas,
};
use tokio::task::spawn_blocking;

use crate::engine::{Engine, Options, Prompt};
use crate::template::{Message, Role};

impl LanguageModel for Engine {
    async fn generate(&self, request: GenerateRequest) -> Result<Deltas, GenerateError> {
        let engine = self.clone();
        // Splitting a long prompt and compiling a schema take milliseconds.
        let prompt = blocking(move || prompt(&engine, request)).await?;
        let mut response = Engine::generate(self, prompt)?;
        Ok(deltas(stream! {
            while let Some(delta) = response.next().await {
                yield delta?;
            }
        }))
    }

    async fn count_tokens(&self, request: GenerateRequest) -> Result<u32, GenerateError> {
        let engine = self.clone();
        let count = blocking(move || match request.prompt {
            generate::Prompt::Messages(messages) => engine.count_tokens(texts(&messages)?),
            _ => Err(GenerateError::unsupported(
                "prompt",
                "only messages are counted",
            )),
        });
        Ok(u32::try_from(count.await?).unwrap_or(u32::MAX))
    }
}

impl EmbeddingModel for Engine {
    async fn embed(&self, request: EmbedRequest) -> Result<Embedded, GenerateError> {
        let texts = request.inputs.into_iter().map(|input| match input {
            EmbedInput::Text(text) => Ok(text),
            _ => Err(GenerateError::unsupported(
                "input",
                "the model embeds texts, not tokens",
            )),
        });
        let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
        let tokens = self.text_tokens(&texts)?;
        let vectors = Engine::embed(self, texts, true).await?;
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        Ok(Embedded { vectors, tokens })
    }
}

/// Returns the prompt of a request.
fn prompt(engine: &Engine, request: GenerateRequest) -> Result<Prompt, GenerateError> {
    let mut options = Options {
        max_tokens: request
            .max_tokens
            .map_or(usize::MAX, |tokens| tokens as usize),
        sampling: request.sampling,
        top_logprobs: request.top_logprobs,
        format: request.format,
        tool: None,
    };
    // The model was not trained to choose a tool: it calls one that the client names, or the first one if it must call any.
    let tool = match &request.tool_choice {
        ToolChoice::Tool(name) => request.tools.iter().find(|tool| tool.name == *name),
        ToolChoice::Required => request.tools.first(),
        _ => None,
    };
    if let Some(tool) = tool {
        options.tool = Some(tool.name.clone());
        options.format = match &tool.parameters {
            serde_json::Value::Object(schema) if !schema.is_empty() => {
                OutputFormat::JsonSchema(tool.parameters.clone().into())
            }
            _ => OutputFormat::JsonObject,
        };
    }
    match request.prompt {
        generate::Prompt::Messages(messages) => engine.prompt(texts(&messages)?, options),
        generate::Prompt::Text(text) => engine.text_prompt(&text, options),
        generate::Prompt::Tokens(tokens) => engine.prompt_of(tokens, options),
        _ => Err(GenerateError::unsupported("prompt", "of this kind")),
    }
}

/// Returns messages as texts; the model reads nothing else.
fn texts(messages: &[generate::Message]) -> Result<Vec<Message>, GenerateError> {
    let texts = messages.iter().enumerate().map(|(index, message)| {
        let content = message.text().map_err(|content| {
            let field = format!("messages.{index}");
            GenerateError::unsupported(field, format_args!("the model reads no {}", content.kind()))
        })?;
        let role = match message.role {
            generate::Role::System => Role::System,
            generate::Role::Assistant => Role::Assistant,
            generate::Role::Tool => Role::Tool,
            _ => Role::User,
        };
        Ok(Message { role, content })
    });
    texts.collect()
}

/// Runs work that blocks its thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, GenerateError> + Send + 'static,
) -> Result<T, GenerateError> {
    match spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(InferenceError::Model(ModelError::new(error)).into()),
    }
}
