//! The request for a message, and its conversion.

use std::sync::Arc;

use avocet::prelude::*;
use serde_json::{Map, Value};

use crate::generate::{
    Content, GenerateError, GenerateRequest, Message, OutputFormat, Prompt, Role, Tool, ToolCall,
    ToolChoice,
};

/// A conversation to continue.
///
/// Unknown fields are ignored.
#[model(input, name = "AnthropicMessagesRequest")]
pub(super) struct MessagesRequest {
    /// The maximum number of tokens in the response.
    #[field(ge = 1)]
    max_tokens: u32,
    /// What is continued.
    #[serde(flatten)]
    conversation: Conversation,
    /// Whether the response is a stream of events.
    pub(super) stream: Option<bool>,
    /// Texts that end the response; it does not contain them.
    #[field(max_items = 16)]
    stop_sequences: Option<Vec<String>>,
    /// 0 always takes the most likely token.
    #[field(ge = 0.0, le = 1.0)]
    temperature: Option<f32>,
    /// Only the most likely tokens with this total probability are chosen.
    #[field(ge = 0.0, le = 1.0)]
    top_p: Option<f32>,
    /// Only this number of the most likely tokens is chosen; 0 for all.
    top_k: Option<u32>,
    /// The format of the response.
    output_config: Option<OutputConfig>,
    /// The older name of `output_config.format`.
    output_format: Option<JsonFormat>,
}

/// What is continued: the members that the count of tokens has, too.
#[model(input, name = "AnthropicConversation")]
pub(super) struct Conversation {
    /// The name of a model.
    pub(super) model: String,
    /// The conversation so far, oldest first.
    #[field(min_items = 1, max_items = 4096)]
    messages: Vec<InputMessage>,
    /// Instructions of the operator.
    system: Option<SystemPrompt>,
    /// The tools that the model can call.
    #[field(max_items = 128)]
    tools: Option<Vec<InputTool>>,
    /// Which tools it calls.
    tool_choice: Option<InputToolChoice>,
}

/// Instructions of the operator.
#[model(input, name = "AnthropicSystemPrompt")]
#[serde(untagged)]
enum SystemPrompt {
    /// A text.
    Text(String),
    /// Texts in order.
    Blocks(Vec<TextBlock>),
}

/// A text.
#[model(input, name = "AnthropicTextBlock")]
struct TextBlock {
    /// The text.
    text: String,
}

/// A message of the conversation.
#[model(input, name = "AnthropicInputMessage")]
struct InputMessage {
    /// The author.
    role: InputRole,
    /// The content.
    content: InputContent,
}

/// The author of a message.
#[model(input, name = "AnthropicInputRole")]
#[serde(rename_all = "lowercase")]
enum InputRole {
    /// The user.
    User,
    /// The model.
    Assistant,
    /// The operator.
    System,
}

/// A text, or blocks.
#[model(input, name = "AnthropicInputContent")]
#[serde(untagged)]
enum InputContent {
    /// A text.
    Text(String),
    /// Blocks in order.
    Blocks(Vec<InputBlock>),
}

/// A block of a message.
#[model(input, name = "AnthropicInputBlock")]
#[serde(tag = "type", rename_all = "snake_case")]
enum InputBlock {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// An image.
    Image {
        /// Where it is.
        source: ImageSource,
    },
    /// A call of a tool.
    ToolUse {
        /// The id.
        id: String,
        /// The name of the tool.
        name: String,
        /// The arguments.
        input: Map<String, Value>,
    },
    /// The result of a tool.
    ToolResult {
        /// The call.
        tool_use_id: String,
        /// The result.
        content: Option<ResultContent>,
        /// Whether the result is an error.
        is_error: Option<bool>,
    },
    /// Thoughts of the model, which are not continued.
    Thinking {},
    /// Thoughts of the model, which are not continued.
    RedactedThinking {},
}

/// A text, or blocks.
#[model(input, name = "AnthropicResultContent")]
#[serde(untagged)]
enum ResultContent {
    /// A text.
    Text(String),
    /// Blocks in order.
    Blocks(Vec<ResultBlock>),
}

/// A block of a result.
#[model(input, name = "AnthropicResultBlock")]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResultBlock {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// An image.
    Image {
        /// Where it is.
        source: ImageSource,
    },
}

/// Where an image is.
#[model(input, name = "AnthropicImageSource")]
#[serde(tag = "type", rename_all = "snake_case")]
enum ImageSource {
    /// In the request.
    Base64 {
        /// Such as `image/png`.
        media_type: String,
        /// The image.
        data: String,
    },
    /// At an address.
    Url {
        /// The address.
        url: String,
    },
}

/// A tool that the model can call.
#[model(input, name = "AnthropicInputTool")]
struct InputTool {
    /// `custom` or absent; the tools that the vendor runs are not supported.
    r#type: Option<String>,
    /// The name.
    #[field(min_length = 1, max_length = 128)]
    name: String,
    /// What it does.
    description: Option<String>,
    /// The JSON Schema of the arguments.
    input_schema: Option<Map<String, Value>>,
    /// Whether the arguments follow the schema exactly.
    strict: Option<bool>,
}

/// Which tools the model calls.
#[model(input, name = "AnthropicInputToolChoice")]
#[serde(tag = "type", rename_all = "snake_case")]
enum InputToolChoice {
    /// The model decides.
    Auto {
        /// Whether it calls at most one tool.
        disable_parallel_tool_use: Option<bool>,
    },
    /// At least one.
    Any {
        /// Whether it calls exactly one tool.
        disable_parallel_tool_use: Option<bool>,
    },
    /// One tool.
    Tool {
        /// The name.
        name: String,
        /// Whether it calls the tool exactly once.
        disable_parallel_tool_use: Option<bool>,
    },
    /// None.
    None {},
}

/// The format of a response.
#[model(input, name = "AnthropicOutputConfig")]
struct OutputConfig {
    /// The format. Text if absent.
    format: Option<JsonFormat>,
}

/// A format of JSON.
#[model(input, name = "AnthropicJsonFormat")]
struct JsonFormat {
    /// Always `json_schema`.
    #[expect(dead_code, reason = "the reader checks it")]
    r#type: JsonFormatType,
    /// The schema.
    schema: Map<String, Value>,
}

/// The kind of a format.
#[model(input, name = "AnthropicJsonFormatType")]
#[serde(rename_all = "snake_case")]
enum JsonFormatType {
    /// JSON that follows a schema.
    JsonSchema,
}

impl MessagesRequest {
    /// Returns the request without the format of the API.
    pub(super) fn generate(self) -> Result<GenerateRequest, GenerateError> {
        let mut request = self.conversation.generate()?;
        request.max_tokens = Some(self.max_tokens);
        request.stop = self.stop_sequences.unwrap_or_default();
        request.sampling.temperature = self.temperature;
        request.sampling.top_p = self.top_p;
        request.sampling.top_k = self.top_k.filter(|top_k| *top_k > 0);
        let format = self.output_config.and_then(|config| config.format);
        if let Some(JsonFormat { schema, .. }) = format.or(self.output_format) {
            request.format = OutputFormat::JsonSchema(Arc::new(Value::Object(schema)));
        }
        Ok(request)
    }

    /// Returns the name of the model.
    pub(super) fn model(&self) -> &str {
        &self.conversation.model
    }
}

impl Conversation {
    /// Returns a request with the conversation and the tools.
    pub(super) fn generate(self) -> Result<GenerateRequest, GenerateError> {
        let mut messages = Vec::new();
        if let Some(system) = self.system {
            let mut message = Message::new(Role::System, "");
            message.content = match system {
                SystemPrompt::Text(text) => vec![Content::Text(text)],
                SystemPrompt::Blocks(blocks) => {
                    let texts = blocks.into_iter().map(|block| Content::Text(block.text));
                    texts.collect()
                }
            };
            messages.push(message);
        }
        for message in self.messages {
            message.add_to(&mut messages);
        }
        let mut request = GenerateRequest::new(self.model, Prompt::Messages(messages));
        for (index, tool) in self.tools.into_iter().flatten().enumerate() {
            request.tools.push(tool.tool(index)?);
        }
        if let Some(choice) = self.tool_choice {
            let (choice, single) = choice.choice();
            request.tool_choice = choice;
            request.parallel_tool_calls = !single;
        }
        match &request.tool_choice {
            ToolChoice::Tool(name) if !request.tools.iter().any(|tool| tool.name == *name) => {
                let message = format!("`tools` has no tool `{name}`");
                Err(GenerateError::invalid("tool_choice", message))
            }
            ToolChoice::Required if request.tools.is_empty() => {
                Err(GenerateError::invalid("tool_choice", "needs `tools`"))
            }
            _ => Ok(request),
        }
    }
}

impl InputMessage {
    /// Adds the messages that it stands for: results of tools are messages of their own.
    fn add_to(self, messages: &mut Vec<Message>) {
        let role = match self.role {
            InputRole::User => Role::User,
            InputRole::Assistant => Role::Assistant,
            InputRole::System => Role::System,
        };
        let blocks = match self.content {
            InputContent::Text(text) => vec![InputBlock::Text { text }],
            InputContent::Blocks(blocks) => blocks,
        };
        let mut message = Message::new(role, "");
        message.content.clear();
        for block in blocks {
            match block {
                InputBlock::Text { text } => message.content.push(Content::Text(text)),
                InputBlock::Image { source } => message.content.push(source.into()),
                InputBlock::ToolUse { id, name, input } => message.tool_calls.push(ToolCall {
                    id,
                    name,
                    arguments: Value::Object(input).to_string(),
                }),
                InputBlock::ToolResult {
                    tool_use_id,
                    content,
                    is_error,
                } => {
                    // What precedes a result stays before it.
                    if !message.content.is_empty() {
                        let mut before = Message::new(role, "");
                        before.content = std::mem::take(&mut message.content);
                        messages.push(before);
                    }
                    let mut result = Message::new(Role::Tool, "");
                    result.content = content.map(ResultContent::parts).unwrap_or_default();
                    result.tool_call_id = Some(tool_use_id);
                    result.is_error = is_error == Some(true);
                    messages.push(result);
                }
                InputBlock::Thinking {} | InputBlock::RedactedThinking {} => {}
            }
        }
        if !message.content.is_empty() || !message.tool_calls.is_empty() {
            messages.push(message);
        }
    }
}

impl ResultContent {
    fn parts(self) -> Vec<Content> {
        match self {
            Self::Text(text) => vec![Content::Text(text)],
            Self::Blocks(blocks) => {
                let parts = blocks.into_iter().map(|block| match block {
                    ResultBlock::Text { text } => Content::Text(text),
                    ResultBlock::Image { source } => source.into(),
                });
                parts.collect()
            }
        }
    }
}

impl From<ImageSource> for Content {
    fn from(source: ImageSource) -> Self {
        let url = match source {
            ImageSource::Base64 { media_type, data } => format!("data:{media_type};base64,{data}"),
            ImageSource::Url { url } => url,
        };
        Self::Image { url }
    }
}

impl InputTool {
    fn tool(self, index: usize) -> Result<Tool, GenerateError> {
        let field = format!("tools.{index}");
        if let Some(kind) = self.r#type.filter(|kind| kind != "custom") {
            let message = format!("a tool of the type `{kind}` is run by its vendor; use `custom`");
            return Err(GenerateError::unsupported(field, message));
        }
        let Some(schema) = self.input_schema else {
            return Err(GenerateError::invalid(field, "needs `input_schema`"));
        };
        Ok(Tool {
            name: self.name,
            description: self.description,
            parameters: Value::Object(schema),
            strict: self.strict.unwrap_or(false),
        })
    }
}

impl InputToolChoice {
    /// Returns the choice, and whether at most one tool is called.
    fn choice(self) -> (ToolChoice, bool) {
        let (choice, single) = match self {
            Self::Auto {
                disable_parallel_tool_use,
            } => (ToolChoice::Auto, disable_parallel_tool_use),
            Self::Any {
                disable_parallel_tool_use,
            } => (ToolChoice::Required, disable_parallel_tool_use),
            Self::Tool {
                name,
                disable_parallel_tool_use,
            } => (ToolChoice::Tool(name), disable_parallel_tool_use),
            Self::None {} => (ToolChoice::None, None),
        };
        (choice, single == Some(true))
    }
}
