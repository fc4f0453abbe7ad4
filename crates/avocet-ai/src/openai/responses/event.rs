//! The events of a streamed response.

use avocet::prelude::*;

use super::super::probability::TokenProbability;
use super::output::{OutputItem, OutputPart};
use super::response::ResponseObject;

/// An event of a response. The field `type` of its data has the name of the event.
#[events]
pub(super) enum ResponseEvent {
    /// The response exists.
    #[event(name = "response.created")]
    Created(Snapshot),
    /// The model writes.
    #[event(name = "response.in_progress")]
    InProgress(Snapshot),
    /// An item begins.
    #[event(name = "response.output_item.added")]
    ItemAdded(ItemEvent),
    /// A part of a message begins.
    #[event(name = "response.content_part.added")]
    PartAdded(PartEvent),
    /// More text.
    #[event(name = "response.output_text.delta")]
    TextDelta(TextDeltaEvent),
    /// The whole text of a part.
    #[event(name = "response.output_text.done")]
    TextDone(TextDoneEvent),
    /// More of a refusal.
    #[event(name = "response.refusal.delta")]
    RefusalDelta(RefusalDeltaEvent),
    /// A whole refusal.
    #[event(name = "response.refusal.done")]
    RefusalDone(RefusalDoneEvent),
    /// A part of a message ends.
    #[event(name = "response.content_part.done")]
    PartDone(PartEvent),
    /// More of the arguments of a call.
    #[event(name = "response.function_call_arguments.delta")]
    ArgumentsDelta(ArgumentsDeltaEvent),
    /// All arguments of a call.
    #[event(name = "response.function_call_arguments.done")]
    ArgumentsDone(ArgumentsDoneEvent),
    /// An item ends.
    #[event(name = "response.output_item.done")]
    ItemDone(ItemEvent),
    /// The response is complete.
    #[event(name = "response.completed")]
    Completed(Snapshot),
    /// The response ended early.
    #[event(name = "response.incomplete")]
    Incomplete(Snapshot),
    /// The model failed.
    #[event(name = "response.failed")]
    Failed(Snapshot),
}

/// The response at an event.
#[model(output, name = "OpenAiResponseSnapshot")]
pub(super) struct Snapshot {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The response.
    pub(super) response: Box<ResponseObject>,
}

/// An item that begins or ends.
#[model(output, name = "OpenAiResponseItemEvent")]
pub(super) struct ItemEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// The item.
    pub(super) item: OutputItem,
}

/// A part of a message that begins or ends.
#[model(output, name = "OpenAiResponsePartEvent")]
pub(super) struct PartEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The message.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// Counts the parts of the message, from 0.
    pub(super) content_index: usize,
    /// The part.
    pub(super) part: OutputPart,
}

/// More text.
#[model(output, name = "OpenAiResponseTextDelta")]
pub(super) struct TextDeltaEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The message.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// Counts the parts of the message, from 0.
    pub(super) content_index: usize,
    /// The text.
    pub(super) delta: String,
    /// The tokens of the text, if the request wants their probabilities.
    pub(super) logprobs: Vec<TokenProbability>,
}

/// The whole text of a part.
#[model(output, name = "OpenAiResponseTextDone")]
pub(super) struct TextDoneEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The message.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// Counts the parts of the message, from 0.
    pub(super) content_index: usize,
    /// The text.
    pub(super) text: String,
    /// The tokens of the text, if the request wants their probabilities.
    pub(super) logprobs: Vec<TokenProbability>,
}

/// More of a refusal.
#[model(output, name = "OpenAiResponseRefusalDelta")]
pub(super) struct RefusalDeltaEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The message.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// Counts the parts of the message, from 0.
    pub(super) content_index: usize,
    /// The text.
    pub(super) delta: String,
}

/// A whole refusal.
#[model(output, name = "OpenAiResponseRefusalDone")]
pub(super) struct RefusalDoneEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The message.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// Counts the parts of the message, from 0.
    pub(super) content_index: usize,
    /// The text.
    pub(super) refusal: String,
}

/// More of the arguments of a call.
#[model(output, name = "OpenAiResponseArgumentsDelta")]
pub(super) struct ArgumentsDeltaEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The item of the call.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// A piece of the JSON text.
    pub(super) delta: String,
}

/// All arguments of a call.
#[model(output, name = "OpenAiResponseArgumentsDone")]
pub(super) struct ArgumentsDoneEvent {
    /// The name of the event.
    pub(super) r#type: &'static str,
    /// Counts the events, from 0.
    pub(super) sequence_number: u64,
    /// The item of the call.
    pub(super) item_id: String,
    /// Counts the items, from 0.
    pub(super) output_index: usize,
    /// The name of the function.
    pub(super) name: String,
    /// The JSON text.
    pub(super) arguments: String,
}
