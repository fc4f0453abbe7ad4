//! Items of a conversation: what clients send, and what is stored.

use avocet::prelude::*;
use serde_json::Value;

use super::output::{ItemStatus, OutputItem, OutputPart};
use crate::generate::{Content, GenerateError, Message, Role, ToolCall};

/// The input of a response: a text of the user, or items.
#[model(input, name = "OpenAiResponseInput")]
#[serde(untagged)]
pub(super) enum ResponseInput {
    /// A message of the user.
    Text(String),
    /// Items in order.
    Items(InputItems),
}

/// Up to 4096 items.
#[model(input, name = "OpenAiResponseInputItems")]
pub(super) struct InputItems(#[field(max_items = 4096)] Vec<InputItem>);

/// An item of the input. A message needs no `type`.
#[model(input, name = "OpenAiResponseInputItem")]
#[serde(untagged)]
pub(super) enum InputItem {
    /// An item with a type.
    Typed(Item),
    /// A message.
    Message(PlainMessage),
}

/// A message without a type.
#[model(input, name = "OpenAiResponsePlainMessage")]
pub(super) struct PlainMessage {
    /// The author.
    role: ItemRole,
    /// The content.
    content: ItemContent,
}

/// An item of a conversation.
#[model(name = "OpenAiResponseItem")]
#[derive(Clone, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item {
    /// A message.
    Message {
        /// The id.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The author.
        role: ItemRole,
        /// The content.
        content: ItemContent,
        /// How far the message is.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<ItemStatus>,
    },
    /// A call of a function by the model.
    FunctionCall {
        /// The id of the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The id of the call.
        call_id: String,
        /// The name of the function.
        name: String,
        /// The arguments as JSON text.
        arguments: String,
        /// How far the call is.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<ItemStatus>,
    },
    /// The result of a call.
    FunctionCallOutput {
        /// The id of the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The id of the call.
        call_id: String,
        /// The result.
        output: ItemContent,
        /// How far the call is.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<ItemStatus>,
    },
    /// An item of the output of a stored response.
    #[serde(rename = "item_reference")]
    Reference {
        /// The id of the item.
        id: String,
    },
    /// Reasoning of a model. It is accepted and ignored.
    Reasoning,
}

/// The author of a message.
#[model(name = "OpenAiResponseRole")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum ItemRole {
    /// The user.
    User,
    /// The model.
    Assistant,
    /// The operator.
    System,
    /// The operator.
    Developer,
}

/// A text, or parts.
#[model(name = "OpenAiResponseContent")]
#[derive(Clone, Debug)]
#[serde(untagged)]
pub(super) enum ItemContent {
    /// A text.
    Text(String),
    /// Parts in order.
    Parts(Vec<ItemPart>),
}

/// A part of a message.
#[model(name = "OpenAiResponsePart")]
#[derive(Clone, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ItemPart {
    /// A text of the user or the operator.
    InputText {
        /// The text.
        text: String,
    },
    /// A text of the model.
    OutputText {
        /// The text.
        text: String,
        /// Notes about the text.
        #[field(default)]
        annotations: Vec<Value>,
    },
    /// An image.
    InputImage {
        /// A URL, or a `data:` URL that contains the image.
        image_url: String,
        /// The resolution at which the model reads it.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// An explanation why the model did not answer.
    Refusal {
        /// The explanation.
        refusal: String,
    },
}

impl ResponseInput {
    /// Returns the items.
    pub(super) fn items(self) -> Vec<Item> {
        match self {
            Self::Text(text) => vec![Item::message(ItemRole::User, ItemContent::Text(text))],
            Self::Items(items) => items.0.into_iter().map(Item::from).collect(),
        }
    }
}

impl From<InputItem> for Item {
    fn from(item: InputItem) -> Self {
        match item {
            InputItem::Typed(item) => item,
            InputItem::Message(message) => Self::message(message.role, message.content),
        }
    }
}

impl Item {
    fn message(role: ItemRole, content: ItemContent) -> Self {
        Self::Message {
            id: None,
            role,
            content,
            status: None,
        }
    }

    /// Returns the item as it is stored: with an id, a status and its content as parts. `None` for reasoning.
    pub(super) fn stored(self, response: &str, index: usize) -> Option<Self> {
        let new_id = |prefix: &str| Some(item_id(prefix, response, &format!("i{index}")));
        let completed = Some(ItemStatus::Completed);
        Some(match self {
            Self::Message {
                id,
                role,
                content,
                status,
            } => Self::Message {
                id: id.or_else(|| new_id("msg")),
                role,
                content: content.into_parts(role),
                status: status.or(completed),
            },
            Self::FunctionCall {
                id,
                call_id,
                name,
                arguments,
                status,
            } => Self::FunctionCall {
                id: id.or_else(|| new_id("fc")),
                call_id,
                name,
                arguments,
                status: status.or(completed),
            },
            Self::FunctionCallOutput {
                id,
                call_id,
                output,
                status,
            } => Self::FunctionCallOutput {
                id: id.or_else(|| new_id("fco")),
                call_id,
                output,
                status: status.or(completed),
            },
            Self::Reference { .. } | Self::Reasoning => return None,
        })
    }

    /// Returns the id; empty if the item has none.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Message { id, .. }
            | Self::FunctionCall { id, .. }
            | Self::FunctionCallOutput { id, .. } => id.as_deref().unwrap_or_default(),
            Self::Reference { id } => id,
            Self::Reasoning => "",
        }
    }
}

/// Returns the id of an item of a response. It contains the response's, so that a reference finds the response.
pub(super) fn item_id(prefix: &str, response: &str, index: &str) -> String {
    let response = response.strip_prefix("resp_").unwrap_or(response);
    format!("{prefix}_{response}_{index}")
}

/// Returns the id of the response that has the item with this id in its output.
pub(super) fn response_of(item: &str) -> Option<String> {
    let (_, rest) = item.split_once('_')?;
    let (response, _) = rest.rsplit_once('_')?;
    Some(format!("resp_{response}"))
}

impl ItemContent {
    fn into_parts(self, role: ItemRole) -> Self {
        match self {
            Self::Text(text) if role == ItemRole::Assistant => {
                Self::Parts(vec![ItemPart::OutputText {
                    text,
                    annotations: Vec::new(),
                }])
            }
            Self::Text(text) => Self::Parts(vec![ItemPart::InputText { text }]),
            parts @ Self::Parts(_) => parts,
        }
    }

    fn content(self) -> Vec<Content> {
        match self {
            Self::Text(text) => vec![Content::Text(text)],
            Self::Parts(parts) => parts.into_iter().map(Content::from).collect(),
        }
    }
}

impl From<ItemPart> for Content {
    fn from(part: ItemPart) -> Self {
        match part {
            ItemPart::InputText { text }
            | ItemPart::OutputText { text, .. }
            | ItemPart::Refusal { refusal: text } => Self::Text(text),
            ItemPart::InputImage { image_url, .. } => Self::Image { url: image_url },
        }
    }
}

impl From<OutputItem> for Item {
    fn from(item: OutputItem) -> Self {
        match item {
            OutputItem::Message {
                id,
                content,
                status,
                ..
            } => Self::Message {
                id: Some(id),
                role: ItemRole::Assistant,
                content: ItemContent::Parts(content.into_iter().map(Into::into).collect()),
                status: Some(status),
            },
            OutputItem::FunctionCall {
                id,
                call_id,
                name,
                arguments,
                status,
            } => Self::FunctionCall {
                id: Some(id),
                call_id,
                name,
                arguments,
                status: Some(status),
            },
        }
    }
}

impl From<OutputPart> for ItemPart {
    fn from(part: OutputPart) -> Self {
        match part {
            OutputPart::OutputText {
                text, annotations, ..
            } => Self::OutputText { text, annotations },
            OutputPart::Refusal { refusal } => Self::Refusal { refusal },
        }
    }
}

/// Returns the messages of a conversation. Calls of functions belong to the message of the model before them.
pub(super) fn messages(
    instructions: Option<String>,
    items: Vec<Item>,
) -> Result<Vec<Message>, GenerateError> {
    let mut messages: Vec<Message> = Vec::with_capacity(items.len() + 1);
    messages.extend(instructions.map(|text| Message::new(Role::System, text)));
    for item in items {
        match item {
            Item::Message { role, content, .. } => {
                let mut message = Message::new(role.into(), "");
                message.content = content.content();
                messages.push(message);
            }
            Item::FunctionCall {
                call_id: id,
                name,
                arguments,
                ..
            } => {
                let call = ToolCall {
                    id,
                    name,
                    arguments,
                };
                match messages.last_mut() {
                    Some(last) if last.role == Role::Assistant => last.tool_calls.push(call),
                    _ => {
                        let mut message = Message::new(Role::Assistant, "");
                        message.content.clear();
                        message.tool_calls.push(call);
                        messages.push(message);
                    }
                }
            }
            Item::FunctionCallOutput {
                call_id, output, ..
            } => {
                let mut message = Message::new(Role::Tool, "");
                message.content = output.content();
                message.tool_call_id = Some(call_id);
                messages.push(message);
            }
            Item::Reference { .. } | Item::Reasoning => {}
        }
    }
    if messages.is_empty() {
        let message = "the conversation has no message";
        return Err(GenerateError::invalid("input", message));
    }
    Ok(messages)
}

impl From<ItemRole> for Role {
    fn from(role: ItemRole) -> Self {
        match role {
            ItemRole::User => Self::User,
            ItemRole::Assistant => Self::Assistant,
            ItemRole::System | ItemRole::Developer => Self::System,
        }
    }
}
