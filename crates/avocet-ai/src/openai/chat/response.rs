//! A chat completion as one response.

use avocet::prelude::*;
use serde_json::Value;

use super::super::probability::TokenProbability;
use super::super::usage::{OpenAiUsage, total};
use crate::generate::{FinishReason, Generated, TokenLogprob, ToolCall};
use crate::identity::Identity;

/// A chat completion.
#[model(output, name = "OpenAiChatCompletion")]
pub(crate) struct ChatCompletion {
    /// The id of the completion.
    id: String,
    /// Always `chat.completion`.
    object: &'static str,
    /// When it was created, in seconds since 1970.
    created: u64,
    /// The model.
    model: String,
    /// The responses.
    choices: Vec<ChatChoice>,
    /// The tokens used.
    usage: OpenAiUsage,
    /// How the request was processed; always `default`.
    service_tier: &'static str,
}

/// One response.
#[model(output, name = "OpenAiChatChoice")]
struct ChatChoice {
    /// Counts the responses, from 0.
    index: u32,
    /// The message.
    message: ResponseMessage,
    /// The probabilities of its tokens.
    logprobs: Option<ChatLogprobs>,
    /// Why it ends: `stop`, `length`, `tool_calls` or `content_filter`.
    finish_reason: &'static str,
}

/// A message of the model.
#[model(output, name = "OpenAiResponseMessage")]
struct ResponseMessage {
    /// Always `assistant`.
    role: &'static str,
    /// The text.
    content: Option<String>,
    /// Why the model does not answer.
    refusal: Option<String>,
    /// Notes about the text; always empty.
    annotations: Vec<Value>,
    /// The tools that the model calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ResponseToolCall>,
}

/// A call of a tool.
#[model(output, name = "OpenAiResponseToolCall")]
pub(super) struct ResponseToolCall {
    /// The id.
    id: String,
    /// Always `function`.
    r#type: &'static str,
    /// The function.
    function: ResponseFunctionCall,
}

/// A call of a function.
#[model(output, name = "OpenAiResponseFunctionCall")]
struct ResponseFunctionCall {
    /// The name.
    name: String,
    /// The arguments as JSON text.
    arguments: String,
}

/// The probabilities of the tokens of a text.
#[model(output, name = "OpenAiChatLogprobs")]
pub(super) struct ChatLogprobs {
    /// The tokens of the text.
    content: Vec<TokenProbability>,
    /// The tokens of the refusal.
    refusal: Option<Vec<TokenProbability>>,
}

impl ChatCompletion {
    /// Creates it from whole responses to one request.
    pub(super) fn new(identity: Identity, responses: Vec<Generated>, logprobs: bool) -> Self {
        let usage = total(responses.iter().map(|response| response.usage)).into();
        let choices = (0..).zip(responses);
        let choices = choices.map(|(index, response)| ChatChoice::new(index, response, logprobs));
        Self {
            id: identity.id,
            object: "chat.completion",
            created: identity.created,
            model: identity.model,
            choices: choices.collect(),
            usage,
            service_tier: "default",
        }
    }
}

impl ChatChoice {
    fn new(index: u32, response: Generated, logprobs: bool) -> Self {
        // A message that only calls tools or refuses has no text.
        let has_text = !response.text.is_empty()
            || (response.tool_calls.is_empty() && response.refusal.is_empty());
        Self {
            index,
            logprobs: logprobs.then(|| ChatLogprobs::from(response.logprobs)),
            finish_reason: finish_reason(&response.reason),
            message: ResponseMessage {
                role: "assistant",
                content: has_text.then_some(response.text),
                refusal: (!response.refusal.is_empty()).then_some(response.refusal),
                annotations: Vec::new(),
                tool_calls: response.tool_calls.into_iter().map(Into::into).collect(),
            },
        }
    }
}

/// Returns why a response ends, as the API names it.
pub(in super::super) fn finish_reason(reason: &FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop | FinishReason::StopText(_) => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
    }
}

impl From<ToolCall> for ResponseToolCall {
    fn from(call: ToolCall) -> Self {
        Self {
            id: call.id,
            r#type: "function",
            function: ResponseFunctionCall {
                name: call.name,
                arguments: call.arguments,
            },
        }
    }
}

impl From<Vec<TokenLogprob>> for ChatLogprobs {
    fn from(tokens: Vec<TokenLogprob>) -> Self {
        Self {
            content: tokens.into_iter().map(Into::into).collect(),
            refusal: None,
        }
    }
}
