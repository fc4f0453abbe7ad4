//! The response object.

use std::collections::BTreeMap;

use avocet::prelude::*;

use super::format::TextOptions;
use super::output::OutputItem;
use super::tool::{FunctionTool, RequestedToolChoice};
use crate::generate::Usage;
use crate::identity::{new_id, now};

/// A response of a model.
#[model(name = "OpenAiResponse")]
#[derive(Clone, Debug)]
pub(super) struct ResponseObject {
    /// The id.
    pub(super) id: String,
    /// Always `response`.
    pub(super) object: String,
    /// When it was created, in seconds since 1970.
    pub(super) created_at: u64,
    /// When it was completed, in seconds since 1970.
    pub(super) completed_at: Option<u64>,
    /// How far it is.
    pub(super) status: ResponseStatus,
    /// Why it is incomplete.
    pub(super) incomplete_details: Option<IncompleteDetails>,
    /// Why it failed.
    pub(super) error: Option<ResponseFailure>,
    /// The model.
    pub(super) model: String,
    /// The response that it continues.
    pub(super) previous_response_id: Option<String>,
    /// Instructions of the operator.
    pub(super) instructions: Option<String>,
    /// What the model wrote.
    pub(super) output: Vec<OutputItem>,
    /// The functions that the model could call.
    pub(super) tools: Vec<FunctionTool>,
    /// Which of them it should call.
    pub(super) tool_choice: RequestedToolChoice,
    /// Whether it could call several functions at once.
    pub(super) parallel_tool_calls: bool,
    /// The maximum number of calls in the request.
    pub(super) max_tool_calls: Option<u32>,
    /// The format of the text.
    pub(super) text: TextOptions,
    /// The temperature.
    pub(super) temperature: f32,
    /// The total probability of the tokens that were chosen from.
    pub(super) top_p: f32,
    /// How much the tokens of the response were avoided.
    pub(super) presence_penalty: f32,
    /// How much frequent tokens were avoided.
    pub(super) frequency_penalty: f32,
    /// The number of alternatives of each token.
    pub(super) top_logprobs: u8,
    /// The options for reasoning in the request.
    pub(super) reasoning: Option<Reasoning>,
    /// The tokens used.
    pub(super) usage: Option<ResponseUsage>,
    /// The maximum number of tokens in the response.
    pub(super) max_output_tokens: Option<u32>,
    /// Always `disabled`.
    pub(super) truncation: String,
    /// Whether it is stored.
    pub(super) store: bool,
    /// Whether it was generated after its request.
    pub(super) background: bool,
    /// How the request was processed; always `default`.
    pub(super) service_tier: String,
    /// The texts of the client.
    pub(super) metadata: BTreeMap<String, String>,
    /// The end user, as the client names them.
    pub(super) safety_identifier: Option<String>,
    /// The key of the client for the cache of prompts.
    pub(super) prompt_cache_key: Option<String>,
}

/// How far a response is.
#[model(name = "OpenAiResponseStatus")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum ResponseStatus {
    /// The model has not started.
    Queued,
    /// The model writes it.
    InProgress,
    /// It is complete.
    Completed,
    /// It ended early.
    Incomplete,
    /// The model failed.
    Failed,
    /// A client cancelled it.
    Cancelled,
}

/// Why a response is incomplete.
#[model(name = "OpenAiIncompleteDetails")]
#[derive(Clone, Debug)]
pub(super) struct IncompleteDetails {
    /// `max_output_tokens` or `content_filter`.
    pub(super) reason: String,
}

/// Why a response failed.
#[model(name = "OpenAiResponseFailure")]
#[derive(Clone, Debug)]
pub(super) struct ResponseFailure {
    /// The reason, for programs.
    pub(super) code: String,
    /// The reason, for people.
    pub(super) message: String,
}

/// Options of models that reason.
#[model(name = "OpenAiReasoning")]
#[derive(Clone, Debug)]
pub(super) struct Reasoning {
    /// How much the model reasons.
    effort: Option<String>,
    /// How its reasoning is summarized.
    summary: Option<String>,
}

/// Token counts of a response.
#[model(name = "OpenAiResponseUsage")]
#[derive(Clone, Debug)]
pub(super) struct ResponseUsage {
    /// In the conversation.
    input_tokens: u32,
    /// Details of the conversation.
    input_tokens_details: InputTokensDetails,
    /// In the response.
    output_tokens: u32,
    /// Details of the response.
    output_tokens_details: OutputTokensDetails,
    /// Both together.
    total_tokens: u32,
}

/// Details of the tokens of a conversation.
#[model(name = "OpenAiInputTokensDetails")]
#[derive(Clone, Debug)]
struct InputTokensDetails {
    /// Those that the model had in a cache.
    cached_tokens: u32,
}

/// Details of the tokens of a response.
#[model(name = "OpenAiOutputTokensDetails")]
#[derive(Clone, Debug)]
struct OutputTokensDetails {
    /// Those that were not shown.
    reasoning_tokens: u32,
}

impl ResponseObject {
    /// Creates a response of a model that has not written anything, with the defaults of all options.
    pub(super) fn new(model: String) -> Self {
        Self {
            id: new_id("resp_"),
            object: "response".to_owned(),
            created_at: now(),
            completed_at: None,
            status: ResponseStatus::InProgress,
            incomplete_details: None,
            error: None,
            model,
            previous_response_id: None,
            instructions: None,
            output: Vec::new(),
            tools: Vec::new(),
            tool_choice: RequestedToolChoice::default(),
            parallel_tool_calls: true,
            max_tool_calls: None,
            text: TextOptions::default(),
            temperature: 1.0,
            top_p: 1.0,
            presence_penalty: 0.0,
            frequency_penalty: 0.0,
            top_logprobs: 0,
            reasoning: None,
            usage: None,
            max_output_tokens: None,
            truncation: "disabled".to_owned(),
            store: false,
            background: false,
            service_tier: "default".to_owned(),
            metadata: BTreeMap::new(),
            safety_identifier: None,
            prompt_cache_key: None,
        }
    }

    /// Returns whether nothing will be added.
    pub(super) fn is_over(&self) -> bool {
        !matches!(
            self.status,
            ResponseStatus::Queued | ResponseStatus::InProgress
        )
    }
}

impl From<Usage> for ResponseUsage {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.prompt_tokens,
            input_tokens_details: InputTokensDetails {
                cached_tokens: usage.cached_tokens,
            },
            output_tokens: usage.completion_tokens,
            output_tokens_details: OutputTokensDetails {
                reasoning_tokens: 0,
            },
            total_tokens: usage.prompt_tokens + usage.completion_tokens,
        }
    }
}
