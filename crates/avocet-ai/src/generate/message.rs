//! Messages of a conversation, and the tools that a model can call.

use serde_json::Value;

/// The author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The operator, who sets the conversation up. `developer` of OpenAI's API is the same.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool: the message is its result.
    Tool,
}

impl Role {
    /// Returns the name that chat templates use.
    ///
    /// ```
    /// assert_eq!(avocet_ai::generate::Role::Assistant.name(), "assistant");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// A message of a conversation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// The author.
    pub role: Role,
    /// The parts of the content, in order; often one text.
    pub content: Vec<Content>,
    /// The tools that the assistant called.
    pub tool_calls: Vec<ToolCall>,
    /// The call that this message is the result of, if its author is a tool.
    pub tool_call_id: Option<String>,
    /// Whether this message is the error of a tool.
    pub is_error: bool,
}

impl Message {
    /// Creates a message that is one text.
    ///
    /// ```
    /// use avocet_ai::generate::{Message, Role};
    ///
    /// let message = Message::new(Role::User, "What is an avocet?");
    /// assert_eq!(message.text().unwrap(), "What is an avocet?");
    /// ```
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self {
            role,
            content: vec![Content::Text(text.into())],
            tool_calls: Vec::new(),
            tool_call_id: None,
            is_error: false,
        }
    }

    /// Returns the whole text, for a model that reads nothing else.
    ///
    /// # Errors
    /// Returns the first part that is not a text.
    ///
    /// ```
    /// use avocet_ai::generate::{Content, Message, Role};
    ///
    /// let mut message = Message::new(Role::User, "What is this?");
    /// message.content.push(Content::Image { url: "https://example.org/bird.png".into() });
    /// assert_eq!(message.text().unwrap_err().kind(), "image");
    /// ```
    pub fn text(&self) -> Result<String, &Content> {
        let texts = self.content.iter().map(|content| match content {
            Content::Text(text) => Ok(text.as_str()),
            other => Err(other),
        });
        texts.collect()
    }
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// A text.
    Text(String),
    /// An image.
    Image {
        /// Its address, often a `data:` URL that contains it. Do not fetch other URLs without a list of hosts: they come from a client.
        url: String,
    },
}

impl Content {
    /// Returns the kind of the part, for messages about it.
    ///
    /// ```
    /// assert_eq!(avocet_ai::generate::Content::Text("Hi".into()).kind(), "text");
    /// ```
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Image { .. } => "image",
        }
    }
}

/// A call of a tool by the model.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// The id, which the message with the result repeats.
    pub id: String,
    /// The name of the tool.
    pub name: String,
    /// The arguments: the text of a JSON object. A model may have written an invalid one.
    pub arguments: String,
}

/// A tool that the model can call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// The name.
    pub name: String,
    /// What the tool does.
    pub description: Option<String>,
    /// The JSON Schema of the arguments.
    pub parameters: Value,
    /// Whether the arguments must follow the schema exactly.
    pub strict: bool,
}

/// Which tools the model calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides.
    #[default]
    Auto,
    /// None.
    None,
    /// At least one.
    Required,
    /// The tool with this name.
    Tool(String),
}
