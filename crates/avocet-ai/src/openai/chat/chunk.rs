//! A chat completion as a stream of chunks.

use avocet::prelude::*;

use super::super::until_done::UntilDone;
use super::super::usage::OpenAiUsage;
use super::response::{ChatLogprobs, finish_reason};
use crate::generate::{Delta, TextDelta, Usage};
use crate::identity::Identity;

/// An event of the stream.
pub(super) type ChatEvent = UntilDone<ChatCompletionChunk>;

/// A part of a chat completion.
#[model(output, name = "OpenAiChatCompletionChunk")]
pub(crate) struct ChatCompletionChunk {
    /// The id of the completion, the same in all chunks.
    id: String,
    /// Always `chat.completion.chunk`.
    object: &'static str,
    /// When the completion was created, in seconds since 1970.
    created: u64,
    /// The model.
    model: String,
    /// More of one response; none in the chunk with the token counts.
    choices: Vec<ChunkChoice>,
    /// The tokens used, in the last chunk if `stream_options.include_usage` is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<OpenAiUsage>,
}

/// More of one response.
#[model(output, name = "OpenAiChunkChoice")]
struct ChunkChoice {
    /// The response.
    index: u32,
    /// What is added.
    delta: ChunkDelta,
    /// The probabilities of the tokens that are added.
    logprobs: Option<ChatLogprobs>,
    /// Why the response ends, in its last chunk.
    finish_reason: Option<&'static str>,
}

/// What is added to a message.
#[model(output, name = "OpenAiChunkDelta")]
#[derive(Default)]
struct ChunkDelta {
    /// `assistant` in the first chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// More text.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// More of the explanation why the model does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
    /// More of the calls of tools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ChunkToolCall>,
}

/// More of a call of a tool.
#[model(output, name = "OpenAiChunkToolCall")]
#[derive(Default)]
struct ChunkToolCall {
    /// The call.
    index: usize,
    /// The id, in the first piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// `function`, in the first piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    /// More of the function.
    function: ChunkFunctionCall,
}

/// More of a call of a function.
#[model(output, name = "OpenAiChunkFunctionCall")]
#[derive(Default)]
struct ChunkFunctionCall {
    /// The name, in the first piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// More of the JSON text.
    arguments: String,
}

/// Makes the chunks of one completion.
pub(super) struct Chunks {
    identity: Identity,
    logprobs: bool,
    /// The responses that have begun.
    begun: Vec<bool>,
}

impl Chunks {
    pub(super) fn new(identity: Identity, responses: u32, logprobs: bool) -> Self {
        Self {
            identity,
            logprobs,
            begun: vec![false; responses as usize],
        }
    }

    /// Returns the chunks of a delta of a response; the first one is preceded by the role.
    pub(super) fn of(&mut self, index: u32, delta: Delta) -> Vec<ChatEvent> {
        let mut chunks = Vec::with_capacity(2);
        let begun = &mut self.begun[index as usize];
        if !std::mem::replace(begun, true) {
            let role = ChunkDelta {
                role: Some("assistant"),
                content: Some(String::new()),
                ..ChunkDelta::default()
            };
            chunks.push(self.choice(index, role, None, None));
        }
        match delta {
            Delta::Prompt { .. } => {}
            Delta::Text(TextDelta { text, logprobs }) => {
                let delta = ChunkDelta {
                    content: Some(text),
                    ..ChunkDelta::default()
                };
                let logprobs = self.logprobs.then(|| ChatLogprobs::from(logprobs));
                chunks.push(self.choice(index, delta, logprobs, None));
            }
            Delta::Refusal(text) => {
                let delta = ChunkDelta {
                    refusal: Some(text),
                    ..ChunkDelta::default()
                };
                chunks.push(self.choice(index, delta, None, None));
            }
            Delta::ToolCall {
                index: call,
                id,
                name,
            } => {
                let call = ChunkToolCall {
                    index: call,
                    id: Some(id),
                    r#type: Some("function"),
                    function: ChunkFunctionCall {
                        name: Some(name),
                        arguments: String::new(),
                    },
                };
                chunks.push(self.tool_call(index, call));
            }
            Delta::ToolArguments { index: call, json } => {
                let call = ChunkToolCall {
                    index: call,
                    function: ChunkFunctionCall {
                        name: None,
                        arguments: json,
                    },
                    ..ChunkToolCall::default()
                };
                chunks.push(self.tool_call(index, call));
            }
            Delta::Done(done) => {
                let reason = finish_reason(&done.reason);
                chunks.push(self.choice(index, ChunkDelta::default(), None, Some(reason)));
            }
        }
        chunks
    }

    /// Returns the chunk with the token counts.
    pub(super) fn usage(&self, usage: Usage) -> ChatEvent {
        self.chunk(Vec::new(), Some(usage.into()))
    }

    fn tool_call(&self, index: u32, call: ChunkToolCall) -> ChatEvent {
        let delta = ChunkDelta {
            tool_calls: vec![call],
            ..ChunkDelta::default()
        };
        self.choice(index, delta, None, None)
    }

    fn choice(
        &self,
        index: u32,
        delta: ChunkDelta,
        logprobs: Option<ChatLogprobs>,
        finish_reason: Option<&'static str>,
    ) -> ChatEvent {
        let choice = ChunkChoice {
            index,
            delta,
            logprobs,
            finish_reason,
        };
        self.chunk(vec![choice], None)
    }

    fn chunk(&self, choices: Vec<ChunkChoice>, usage: Option<OpenAiUsage>) -> ChatEvent {
        ChatEvent::Chunk(ChatCompletionChunk {
            id: self.identity.id.clone(),
            object: "chat.completion.chunk",
            created: self.identity.created,
            model: self.identity.model.clone(),
            choices,
            usage,
        })
    }
}
