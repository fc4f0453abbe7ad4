//! A message as a stream of events.

use avocet::prelude::*;

use super::response::{MessageEnd, MessageResponse, MessageUsage, OutputBlock};
use crate::generate::{Delta, Done, Usage};

/// An event of a message. Its name is the member `type` of its data.
#[events]
pub(super) enum MessageEvent {
    /// The message begins.
    MessageStart(Box<MessageStart>),
    /// The connection is alive.
    Ping(Ping),
    /// A block begins.
    ContentBlockStart(ContentBlockStart),
    /// More of a block.
    ContentBlockDelta(ContentBlockDelta),
    /// A block ends.
    ContentBlockStop(ContentBlockStop),
    /// The message ends.
    MessageDelta(Box<MessageDelta>),
    /// The stream ends.
    MessageStop(MessageStop),
}

/// The beginning of a message.
#[model(output, name = "AnthropicMessageStart")]
pub(super) struct MessageStart {
    r#type: &'static str,
    /// The message without content.
    message: MessageResponse,
}

/// A sign of life.
#[model(output, name = "AnthropicPing")]
pub(super) struct Ping {
    r#type: &'static str,
}

/// The beginning of a block.
#[model(output, name = "AnthropicContentBlockStart")]
pub(super) struct ContentBlockStart {
    r#type: &'static str,
    /// Counts the blocks, from 0.
    index: usize,
    /// The block without content.
    content_block: OutputBlock,
}

/// More of a block.
#[model(output, name = "AnthropicContentBlockDelta")]
pub(super) struct ContentBlockDelta {
    r#type: &'static str,
    /// The block.
    index: usize,
    /// What is added.
    delta: BlockDelta,
}

/// What is added to a block.
#[model(output, name = "AnthropicBlockDelta")]
#[serde(tag = "type", rename_all = "snake_case")]
enum BlockDelta {
    /// More text.
    TextDelta {
        /// The text.
        text: String,
    },
    /// More of the arguments of a tool.
    InputJsonDelta {
        /// A piece of JSON text.
        partial_json: String,
    },
}

/// The end of a block.
#[model(output, name = "AnthropicContentBlockStop")]
pub(super) struct ContentBlockStop {
    r#type: &'static str,
    /// The block.
    index: usize,
}

/// The end of a message.
#[model(output, name = "AnthropicMessageDelta")]
pub(super) struct MessageDelta {
    r#type: &'static str,
    /// What changes in the message.
    delta: MessageEnd,
    /// The tokens used.
    usage: MessageUsage,
}

/// The end of the stream.
#[model(output, name = "AnthropicMessageStop")]
pub(super) struct MessageStop {
    r#type: &'static str,
}

/// Makes the events of one message.
pub(super) struct Events {
    id: String,
    model: String,
    begun: bool,
    /// The number of blocks that have begun.
    blocks: usize,
    open: Open,
    /// The block of each call of a tool.
    calls: Vec<usize>,
    refusal: String,
}

/// The block that is not complete.
#[derive(PartialEq, Eq)]
enum Open {
    None,
    Text,
    Tool,
}

impl Events {
    pub(super) fn new(id: String, model: String) -> Self {
        Self {
            id,
            model,
            begun: false,
            blocks: 0,
            open: Open::None,
            calls: Vec::new(),
            refusal: String::new(),
        }
    }

    /// Returns the events of a delta.
    pub(super) fn of(&mut self, delta: Delta) -> Vec<MessageEvent> {
        let mut events = Vec::new();
        if !std::mem::replace(&mut self.begun, true) {
            self.begin(&delta, &mut events);
        }
        match delta {
            Delta::Prompt { .. } => {}
            Delta::Text(piece) => self.text(piece.text, &mut events),
            Delta::Refusal(text) => self.refusal.push_str(&text),
            Delta::ToolCall { id, name, .. } => {
                let block = self.open(Open::Tool, OutputBlock::call(id, name), &mut events);
                self.calls.push(block);
            }
            Delta::ToolArguments { index, json } => {
                // The block has ended already if the model mixes the arguments of its calls: clients add them by the index.
                if let Some(block) = self.calls.get(index) {
                    let delta = BlockDelta::InputJsonDelta { partial_json: json };
                    events.push(block_delta(*block, delta));
                }
            }
            Delta::Done(done) => self.end(done, &mut events),
        }
        events
    }

    fn begin(&mut self, delta: &Delta, events: &mut Vec<MessageEvent>) {
        let usage = match delta {
            Delta::Prompt { tokens, cached } => Usage {
                prompt_tokens: *tokens,
                cached_tokens: *cached,
                completion_tokens: 0,
            },
            _ => Usage::default(),
        };
        let (id, model) = (self.id.clone(), self.model.clone());
        events.push(MessageEvent::MessageStart(Box::new(MessageStart {
            r#type: "message_start",
            message: MessageResponse::begin(id, model, usage),
        })));
        events.push(MessageEvent::Ping(Ping { r#type: "ping" }));
    }

    fn text(&mut self, text: String, events: &mut Vec<MessageEvent>) {
        // A block of text is never empty.
        if text.is_empty() {
            return;
        }
        if self.open != Open::Text {
            self.open(Open::Text, OutputBlock::text(String::new()), events);
        }
        events.push(block_delta(self.blocks - 1, BlockDelta::TextDelta { text }));
    }

    /// Begins a block and returns its index.
    fn open(&mut self, open: Open, block: OutputBlock, events: &mut Vec<MessageEvent>) -> usize {
        self.close(events);
        let index = self.blocks;
        self.open = open;
        self.blocks += 1;
        events.push(MessageEvent::ContentBlockStart(ContentBlockStart {
            r#type: "content_block_start",
            index,
            content_block: block,
        }));
        index
    }

    fn close(&mut self, events: &mut Vec<MessageEvent>) {
        if std::mem::replace(&mut self.open, Open::None) != Open::None {
            events.push(MessageEvent::ContentBlockStop(ContentBlockStop {
                r#type: "content_block_stop",
                index: self.blocks - 1,
            }));
        }
    }

    fn end(&mut self, done: Done, events: &mut Vec<MessageEvent>) {
        self.close(events);
        let refusal = std::mem::take(&mut self.refusal);
        events.push(MessageEvent::MessageDelta(Box::new(MessageDelta {
            r#type: "message_delta",
            delta: MessageEnd::new(done.reason, refusal),
            usage: done.usage.into(),
        })));
        events.push(MessageEvent::MessageStop(MessageStop {
            r#type: "message_stop",
        }));
    }
}

fn block_delta(index: usize, delta: BlockDelta) -> MessageEvent {
    MessageEvent::ContentBlockDelta(ContentBlockDelta {
        r#type: "content_block_delta",
        index,
        delta,
    })
}
