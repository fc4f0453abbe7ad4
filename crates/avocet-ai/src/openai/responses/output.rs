//! Items of the output of a response.

use avocet::prelude::*;

use super::super::probability::TokenProbability;
use serde_json::Value;

/// An item that the model wrote.
#[model(name = "OpenAiResponseOutputItem")]
#[derive(Clone, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum OutputItem {
    /// A message.
    Message {
        /// The id.
        id: String,
        /// How far it is.
        status: ItemStatus,
        /// Always `assistant`.
        role: OutputRole,
        /// The parts.
        content: Vec<OutputPart>,
    },
    /// A call of a function.
    FunctionCall {
        /// The id of the item.
        id: String,
        /// How far it is.
        status: ItemStatus,
        /// The id of the call, which its result repeats.
        call_id: String,
        /// The name of the function.
        name: String,
        /// The arguments as JSON text.
        arguments: String,
    },
}

/// How far an item is.
#[model(name = "OpenAiResponseItemStatus")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum ItemStatus {
    /// More of it follows.
    InProgress,
    /// It is complete.
    Completed,
    /// The response ended before it was complete.
    Incomplete,
}

/// The author of a message of the output.
#[model(name = "OpenAiResponseOutputRole")]
#[derive(Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum OutputRole {
    /// The model.
    Assistant,
}

/// A part of a message of the output.
#[model(name = "OpenAiResponseOutputPart")]
#[derive(Clone, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum OutputPart {
    /// A text.
    OutputText {
        /// The text.
        text: String,
        /// Notes about the text; always empty.
        annotations: Vec<Value>,
        /// The tokens of the text, if the request wants their probabilities.
        logprobs: Vec<TokenProbability>,
    },
    /// An explanation why the model does not answer.
    Refusal {
        /// The explanation.
        refusal: String,
    },
}

impl OutputItem {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Message { id, .. } | Self::FunctionCall { id, .. } => id,
        }
    }

    pub(super) fn set_status(&mut self, new: ItemStatus) {
        match self {
            Self::Message { status, .. } | Self::FunctionCall { status, .. } => *status = new,
        }
    }
}
