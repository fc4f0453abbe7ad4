//! A message as one response, and the members that its events share.

use avocet::prelude::*;
use serde_json::{Map, Value};

use crate::generate::{FinishReason, Generated, ToolCall, Usage};

/// A message of the model.
#[model(output, name = "AnthropicMessageResponse")]
pub(super) struct MessageResponse {
    /// The id of the message.
    id: String,
    /// Always `message`.
    r#type: &'static str,
    /// Always `assistant`.
    role: &'static str,
    /// The model.
    model: String,
    /// The content.
    content: Vec<OutputBlock>,
    /// Why the message ends.
    #[serde(flatten)]
    end: MessageEnd,
    /// The tokens used.
    usage: MessageUsage,
}

/// Why a message ends; all members are `null` at its start.
#[model(output, name = "AnthropicMessageEnd")]
#[derive(Default)]
pub(super) struct MessageEnd {
    /// `end_turn`, `max_tokens`, `stop_sequence`, `tool_use` or `refusal`.
    stop_reason: Option<&'static str>,
    /// The text that ends the message.
    stop_sequence: Option<String>,
    /// More about a refusal.
    stop_details: Option<StopDetails>,
    /// The sandbox of the tools that the vendor runs; always `null`.
    container: Option<Map<String, Value>>,
}

/// More about the reason of the end.
#[model(output, name = "AnthropicStopDetails")]
#[serde(tag = "type", rename_all = "snake_case")]
enum StopDetails {
    /// The model does not answer, or a filter withheld the rest.
    Refusal {
        /// The policy of the vendor; always `null`.
        category: Option<String>,
        /// Why the model does not answer.
        explanation: Option<String>,
    },
}

/// A block of a message.
#[model(output, name = "AnthropicOutputBlock")]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum OutputBlock {
    /// A text.
    Text {
        /// The text.
        text: String,
        /// Sources of the text; always `null`.
        citations: Option<Vec<Value>>,
    },
    /// A call of a tool.
    ToolUse {
        /// The id.
        id: String,
        /// The name of the tool.
        name: String,
        /// The arguments.
        input: Map<String, Value>,
        /// Who calls the tool.
        caller: ToolCaller,
    },
}

/// Who calls a tool.
#[model(output, name = "AnthropicToolCaller")]
pub(super) struct ToolCaller {
    /// Always `direct`: the model.
    r#type: &'static str,
}

const DIRECT: ToolCaller = ToolCaller { r#type: "direct" };

/// Token counts.
#[model(output, name = "AnthropicMessageUsage")]
pub(super) struct MessageUsage {
    /// In the request, without those that the model had in a cache.
    input_tokens: u32,
    /// Those that were written to a cache; always 0.
    cache_creation_input_tokens: u32,
    /// Those that the model had in a cache.
    cache_read_input_tokens: u32,
    /// In the message.
    output_tokens: u32,
    /// The written ones by their time in the cache; always `null`.
    cache_creation: Option<Map<String, Value>>,
    /// The written ones by their purpose; always `null`.
    output_tokens_details: Option<Map<String, Value>>,
    /// Requests of tools that the vendor runs; always `null`.
    server_tool_use: Option<Map<String, Value>>,
    /// How the request was processed.
    service_tier: &'static str,
    /// Where the request was processed; always `null`.
    inference_geo: Option<String>,
}

impl MessageResponse {
    /// Creates it from a whole response.
    pub(super) fn new(id: String, model: String, response: Generated) -> Self {
        let mut content = Vec::new();
        if !response.text.is_empty() {
            content.push(OutputBlock::text(response.text));
        }
        let calls = response.tool_calls.into_iter();
        content.extend(calls.map(OutputBlock::from));
        Self {
            content,
            end: MessageEnd::new(response.reason, response.refusal),
            ..Self::begin(id, model, response.usage)
        }
    }

    /// Creates the beginning of a message, without content.
    pub(super) fn begin(id: String, model: String, usage: Usage) -> Self {
        Self {
            id,
            r#type: "message",
            role: "assistant",
            model,
            content: Vec::new(),
            end: MessageEnd::default(),
            usage: usage.into(),
        }
    }
}

impl OutputBlock {
    pub(super) fn text(text: String) -> Self {
        Self::Text {
            text,
            citations: None,
        }
    }

    /// Creates a call whose arguments follow as events.
    pub(super) fn call(id: String, name: String) -> Self {
        Self::ToolUse {
            id,
            name,
            input: Map::new(),
            caller: DIRECT,
        }
    }
}

impl From<ToolCall> for OutputBlock {
    fn from(call: ToolCall) -> Self {
        Self::ToolUse {
            id: call.id,
            name: call.name,
            input: input(call.arguments),
            caller: DIRECT,
        }
    }
}

/// Returns the object that arguments are the text of. Other text becomes the member of one, so that the client has what the model wrote: with
/// the key that the vendor's documentation uses for it.
fn input(arguments: String) -> Map<String, Value> {
    if arguments.trim().is_empty() {
        return Map::new();
    }
    serde_json::from_str(&arguments).unwrap_or_else(|_| {
        let text = Value::String(arguments);
        Map::from_iter([("INVALID_JSON".to_owned(), text)])
    })
}

impl From<Usage> for MessageUsage {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.prompt_tokens.saturating_sub(usage.cached_tokens),
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: usage.cached_tokens,
            output_tokens: usage.completion_tokens,
            cache_creation: None,
            output_tokens_details: None,
            server_tool_use: None,
            service_tier: "standard",
            inference_geo: None,
        }
    }
}

impl MessageEnd {
    /// Creates it from the reason, and the explanation of a refusal or an empty text.
    pub(super) fn new(reason: FinishReason, refusal: String) -> Self {
        if reason == FinishReason::ContentFilter || !refusal.is_empty() {
            return Self {
                stop_reason: Some("refusal"),
                stop_details: Some(StopDetails::Refusal {
                    category: None,
                    explanation: (!refusal.is_empty()).then_some(refusal),
                }),
                ..Self::default()
            };
        }
        let (reason, sequence) = match reason {
            FinishReason::Stop => ("end_turn", None),
            FinishReason::StopText(text) => ("stop_sequence", Some(text)),
            FinishReason::Length => ("max_tokens", None),
            FinishReason::ToolCalls => ("tool_use", None),
            FinishReason::ContentFilter => ("refusal", None),
        };
        Self {
            stop_reason: Some(reason),
            stop_sequence: sequence,
            ..Self::default()
        }
    }
}
