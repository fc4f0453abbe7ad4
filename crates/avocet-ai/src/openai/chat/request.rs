//! The request of a chat completion, and its conversion.

use std::sync::Arc;

use avocet::prelude::*;
use serde_json::{Map, Value};

use super::super::options::{SamplingOptions, Stop, StreamOptions};
use crate::generate::{
    Content, GenerateError, GenerateRequest, Message, OutputFormat, Prompt, Role, Tool, ToolCall,
    ToolChoice,
};

/// A conversation to continue.
///
/// Unknown fields are ignored: clients send new ones all the time.
#[model(input, name = "OpenAiChatCompletionRequest")]
pub(crate) struct ChatCompletionRequest {
    /// The name of a model.
    pub(crate) model: String,
    /// The conversation so far, oldest first.
    #[field(min_items = 1, max_items = 4096)]
    messages: Vec<ChatMessage>,
    /// Whether the response is a stream of chunks.
    pub(crate) stream: Option<bool>,
    /// Options of the stream.
    pub(crate) stream_options: Option<StreamOptions>,
    /// The number of responses.
    #[field(ge = 1, le = 16)]
    pub(crate) n: Option<u32>,
    /// The maximum number of tokens in the response; `max_completion_tokens` replaces it.
    #[field(ge = 1)]
    max_tokens: Option<u32>,
    /// The maximum number of tokens in the response.
    #[field(ge = 1)]
    max_completion_tokens: Option<u32>,
    /// Texts that end the response; it does not contain them.
    stop: Option<Stop>,
    /// How tokens are chosen.
    #[serde(flatten)]
    sampling: SamplingOptions,
    /// Whether the response has the probabilities of its tokens.
    logprobs: Option<bool>,
    /// The number of alternatives of each token.
    #[field(le = 20)]
    top_logprobs: Option<u8>,
    /// The tools that the model can call.
    #[field(max_items = 128)]
    tools: Option<Vec<ChatTool>>,
    /// Which tools it calls.
    tool_choice: Option<ChatToolChoice>,
    /// Whether it may call several tools at once.
    parallel_tool_calls: Option<bool>,
    /// The format of the response.
    response_format: Option<ResponseFormat>,
}

/// A message of the conversation.
#[model(input, name = "OpenAiChatMessage")]
#[serde(tag = "role", rename_all = "lowercase")]
enum ChatMessage {
    /// Instructions of the operator.
    Developer {
        /// The text.
        content: ChatContent,
    },
    /// Instructions of the operator, for older models.
    System {
        /// The text.
        content: ChatContent,
    },
    /// A message of the user.
    User {
        /// The content.
        content: ChatContent,
    },
    /// A message of the model.
    Assistant {
        /// The text.
        content: Option<ChatContent>,
        /// Why the model did not answer.
        refusal: Option<String>,
        /// The tools that it called.
        #[field(max_items = 128)]
        tool_calls: Option<Vec<ChatToolCall>>,
    },
    /// The result of a tool.
    Tool {
        /// The result.
        content: ChatContent,
        /// The call.
        tool_call_id: String,
    },
}

/// A text, or parts.
#[model(input, name = "OpenAiChatContent")]
#[serde(untagged)]
enum ChatContent {
    /// A text.
    Text(String),
    /// Parts in order.
    Parts(Vec<ChatPart>),
}

/// A part of a message.
#[model(input, name = "OpenAiChatPart")]
#[serde(tag = "type", rename_all = "snake_case")]
enum ChatPart {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// An explanation why the model did not answer.
    Refusal {
        /// The explanation.
        refusal: String,
    },
    /// An image.
    ImageUrl {
        /// Where it is.
        image_url: ImageUrl,
    },
}

/// The address of an image.
#[model(input, name = "OpenAiImageUrl")]
struct ImageUrl {
    /// A URL, or a `data:` URL that contains the image.
    url: String,
}

/// A tool that the model can call.
#[model(input, name = "OpenAiChatTool")]
#[serde(tag = "type", rename_all = "snake_case")]
enum ChatTool {
    /// A function.
    Function {
        /// The function.
        function: FunctionTool,
    },
}

/// A function that the model can call.
#[model(input, name = "OpenAiFunctionTool")]
struct FunctionTool {
    /// The name.
    #[field(min_length = 1, max_length = 128)]
    name: String,
    /// What it does.
    description: Option<String>,
    /// The JSON Schema of the arguments.
    parameters: Option<Map<String, Value>>,
    /// Whether the arguments follow the schema exactly.
    strict: Option<bool>,
}

/// A call of a tool.
#[model(input, name = "OpenAiChatToolCall")]
struct ChatToolCall {
    /// The id.
    id: String,
    /// The function.
    function: FunctionCall,
}

/// A call of a function.
#[model(input, name = "OpenAiFunctionCall")]
struct FunctionCall {
    /// The name.
    name: String,
    /// The arguments as JSON text.
    arguments: String,
}

/// Which tools the model calls: `none`, `auto` or `required`, or one of them.
#[model(input, name = "OpenAiChatToolChoice")]
#[serde(untagged)]
enum ChatToolChoice {
    /// For all tools.
    Mode(ToolMode),
    /// One tool.
    Named(NamedTool),
}

/// Which tools the model calls.
#[model(input, name = "OpenAiToolMode")]
#[serde(rename_all = "lowercase")]
enum ToolMode {
    /// None.
    None,
    /// The model decides.
    Auto,
    /// At least one.
    Required,
}

/// The tool that the model must call.
#[model(input, name = "OpenAiNamedTool")]
#[serde(tag = "type", rename_all = "snake_case")]
enum NamedTool {
    /// A function.
    Function {
        /// The function.
        function: FunctionName,
    },
}

/// The name of a function.
#[model(input, name = "OpenAiFunctionName")]
struct FunctionName {
    /// The name.
    name: String,
}

/// The format of a response.
#[model(input, name = "OpenAiResponseFormat")]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResponseFormat {
    /// Text.
    Text,
    /// A JSON object.
    JsonObject,
    /// JSON that follows a schema.
    JsonSchema {
        /// The schema.
        json_schema: NamedSchema,
    },
}

/// A JSON Schema with a name.
#[model(input, name = "OpenAiNamedSchema")]
struct NamedSchema {
    /// The name.
    #[field(min_length = 1, max_length = 64)]
    #[expect(dead_code, reason = "for the reader of a request")]
    name: String,
    /// The schema. Any JSON if absent.
    schema: Option<Map<String, Value>>,
}

impl ChatCompletionRequest {
    /// Returns the request without the format of the API.
    pub(crate) fn generate(self) -> Result<GenerateRequest, GenerateError> {
        let messages = self.messages.into_iter().map(Message::from).collect();
        let mut request = GenerateRequest::new(self.model, Prompt::Messages(messages));
        request.max_tokens = self.max_completion_tokens.or(self.max_tokens);
        request.stop = self.stop.map(Stop::texts).unwrap_or_default();
        request.tools = self.tools.into_iter().flatten().map(Tool::from).collect();
        request.tool_choice = tool_choice(self.tool_choice, &request.tools)?;
        request.parallel_tool_calls = self.parallel_tool_calls.unwrap_or(true);
        request.format = self
            .response_format
            .map_or(OutputFormat::Text, OutputFormat::from);
        request.top_logprobs = match (self.logprobs, self.top_logprobs) {
            (Some(true), top) => Some(top.unwrap_or(0)),
            (_, None) => None,
            (_, Some(_)) => {
                return Err(GenerateError::invalid(
                    "top_logprobs",
                    "needs `logprobs` to be true",
                ));
            }
        };
        request.sampling = self.sampling.into();
        Ok(request)
    }
}

/// Returns which tools the model calls. A named one must be in the list.
fn tool_choice(
    choice: Option<ChatToolChoice>,
    tools: &[Tool],
) -> Result<ToolChoice, GenerateError> {
    let choice = match choice {
        None | Some(ChatToolChoice::Mode(ToolMode::Auto)) => return Ok(ToolChoice::Auto),
        Some(ChatToolChoice::Mode(ToolMode::None)) => return Ok(ToolChoice::None),
        Some(ChatToolChoice::Mode(ToolMode::Required)) => ToolChoice::Required,
        Some(ChatToolChoice::Named(NamedTool::Function { function })) => {
            if !tools.iter().any(|tool| tool.name == function.name) {
                let message = format!("`tools` has no function `{}`", function.name);
                return Err(GenerateError::invalid("tool_choice", message));
            }
            ToolChoice::Tool(function.name)
        }
    };
    if tools.is_empty() {
        return Err(GenerateError::invalid("tool_choice", "needs `tools`"));
    }
    Ok(choice)
}

impl From<ChatMessage> for Message {
    fn from(message: ChatMessage) -> Self {
        let (role, content) = match message {
            ChatMessage::Developer { content } | ChatMessage::System { content } => {
                (Role::System, Some(content))
            }
            ChatMessage::User { content } => (Role::User, Some(content)),
            ChatMessage::Tool {
                content,
                tool_call_id,
            } => {
                let mut message = Self::new(Role::Tool, "");
                message.content = content.parts();
                message.tool_call_id = Some(tool_call_id);
                return message;
            }
            ChatMessage::Assistant {
                content,
                refusal,
                tool_calls,
            } => {
                let mut message = Self::new(Role::Assistant, "");
                let refusal = refusal.map(Content::Text);
                let parts = content.map(ChatContent::parts).unwrap_or_default();
                message.content = parts.into_iter().chain(refusal).collect();
                let calls = tool_calls.into_iter().flatten();
                message.tool_calls = calls.map(ToolCall::from).collect();
                return message;
            }
        };
        let mut message = Self::new(role, "");
        message.content = content.map(ChatContent::parts).unwrap_or_default();
        message
    }
}

impl ChatContent {
    fn parts(self) -> Vec<Content> {
        match self {
            Self::Text(text) => vec![Content::Text(text)],
            Self::Parts(parts) => parts.into_iter().map(Content::from).collect(),
        }
    }
}

impl From<ChatPart> for Content {
    fn from(part: ChatPart) -> Self {
        match part {
            ChatPart::Text { text } | ChatPart::Refusal { refusal: text } => Self::Text(text),
            ChatPart::ImageUrl { image_url } => Self::Image { url: image_url.url },
        }
    }
}

impl From<ChatTool> for Tool {
    fn from(tool: ChatTool) -> Self {
        let ChatTool::Function { function } = tool;
        Self {
            name: function.name,
            description: function.description,
            parameters: Value::Object(function.parameters.unwrap_or_default()),
            strict: function.strict.unwrap_or(false),
        }
    }
}

impl From<ChatToolCall> for ToolCall {
    fn from(call: ChatToolCall) -> Self {
        Self {
            id: call.id,
            name: call.function.name,
            arguments: call.function.arguments,
        }
    }
}

impl From<ResponseFormat> for OutputFormat {
    fn from(format: ResponseFormat) -> Self {
        match format {
            ResponseFormat::Text => Self::Text,
            ResponseFormat::JsonObject => Self::JsonObject,
            ResponseFormat::JsonSchema { json_schema } => {
                let schema = json_schema.schema.unwrap_or_default();
                Self::JsonSchema(Arc::new(Value::Object(schema)))
            }
        }
    }
}
