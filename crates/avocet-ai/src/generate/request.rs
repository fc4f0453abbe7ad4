//! `GenerateRequest`: what a model is asked.

use std::sync::Arc;

use serde_json::Value;

use super::message::{Message, Tool, ToolChoice};

/// A request for generated text, whatever the API that it came through.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GenerateRequest {
    /// The name of the model.
    pub model: String,
    /// What the model continues.
    pub prompt: Prompt,
    /// The tools that the model can call.
    pub tools: Vec<Tool>,
    /// Which of them it calls.
    pub tool_choice: ToolChoice,
    /// Whether it may call several tools in one response.
    pub parallel_tool_calls: bool,
    /// The maximum number of tokens in the response. The model's own limit if absent.
    pub max_tokens: Option<u32>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// The number of alternatives of each token that are reported with their probabilities. `None`: no probabilities at all.
    pub top_logprobs: Option<u8>,
    /// Texts that end the response. The endpoint applies them to the stream, so a model can ignore them.
    pub stop: Vec<String>,
    /// The format of the response.
    pub format: OutputFormat,
}

impl GenerateRequest {
    /// Creates a request with the defaults of all options.
    ///
    /// ```
    /// use avocet_ai::generate::{GenerateRequest, Message, Prompt, Role};
    ///
    /// let question = Message::new(Role::User, "What is an avocet?");
    /// let request = GenerateRequest::new("tiny-llama", Prompt::Messages(vec![question]));
    /// assert!(request.tools.is_empty());
    /// ```
    pub fn new(model: impl Into<String>, prompt: Prompt) -> Self {
        Self {
            model: model.into(),
            prompt,
            tools: Vec::new(),
            tool_choice: ToolChoice::Auto,
            parallel_tool_calls: true,
            max_tokens: None,
            sampling: Sampling::default(),
            top_logprobs: None,
            stop: Vec::new(),
            format: OutputFormat::Text,
        }
    }
}

/// What a model continues.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Prompt {
    /// A conversation.
    Messages(Vec<Message>),
    /// A text.
    Text(String),
    /// Tokens of the model.
    Tokens(Vec<u32>),
}

/// How tokens are chosen. An absent value is the model's default.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sampling {
    /// 0 always takes the most likely token; a higher temperature gives more varied text. 0 to 2.
    pub temperature: Option<f32>,
    /// Only the most likely tokens whose probabilities add up to this value are chosen. 0 to 1.
    pub top_p: Option<f32>,
    /// Only this number of the most likely tokens is chosen.
    pub top_k: Option<u32>,
    /// The same seed gives the same text.
    pub seed: Option<u64>,
    /// Subtracted from the logits of tokens that the response has. -2 to 2.
    pub presence_penalty: Option<f32>,
    /// Subtracted from the logits of tokens, as often as the response has them. -2 to 2.
    pub frequency_penalty: Option<f32>,
    /// Values that are added to the logits of tokens, -100 to 100.
    pub logit_bias: Vec<(u32, f32)>,
}

/// The format of a response.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum OutputFormat {
    /// Text without constraints.
    #[default]
    Text,
    /// A JSON object.
    JsonObject,
    /// JSON that follows this schema.
    JsonSchema(Arc<Value>),
}
