//! The functions that a model can call, and which of them it calls.

use avocet::prelude::*;
use serde_json::{Map, Value};

use crate::generate::{GenerateError, GenerateRequest, Tool, ToolChoice};

/// A tool that the model can call: a function of the client.
#[model(name = "OpenAiResponseTool")]
#[derive(Clone, Debug)]
pub(super) struct FunctionTool {
    /// Always `function`.
    r#type: ToolKind,
    /// The name.
    #[field(min_length = 1, max_length = 128)]
    name: String,
    /// What it does.
    description: Option<String>,
    /// The JSON Schema of the arguments.
    parameters: Option<Map<String, Value>>,
    /// Whether the arguments follow the schema exactly, the default.
    strict: Option<bool>,
}

/// The kind of a tool.
#[model(name = "OpenAiResponseToolKind")]
#[derive(Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum ToolKind {
    /// A function that the client runs.
    Function,
}

/// Which functions the model calls: `none`, `auto` or `required`, one of them, or some of them.
#[model(name = "OpenAiResponseToolChoice")]
#[derive(Clone, Debug)]
#[serde(untagged)]
pub(super) enum RequestedToolChoice {
    /// For all functions.
    Mode(ToolMode),
    /// One function, or some.
    Chosen(ChosenTools),
}

/// Which functions the model calls.
#[model(name = "OpenAiResponseToolMode")]
#[derive(Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum ToolMode {
    /// None.
    None,
    /// The model decides.
    Auto,
    /// At least one.
    Required,
}

/// The functions that the model calls.
#[model(name = "OpenAiResponseChosenTools")]
#[derive(Clone, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ChosenTools {
    /// This function.
    Function {
        /// The name.
        name: String,
    },
    /// Some of the functions.
    AllowedTools {
        /// How they are called.
        mode: ToolMode,
        /// The functions.
        #[field(min_items = 1, max_items = 128)]
        tools: Vec<AllowedTool>,
    },
}

/// A function that the model may call.
#[model(name = "OpenAiResponseAllowedTool")]
#[derive(Clone, Debug)]
pub(super) struct AllowedTool {
    /// Always `function`.
    r#type: ToolKind,
    /// The name.
    name: String,
}

impl Default for RequestedToolChoice {
    fn default() -> Self {
        Self::Mode(ToolMode::Auto)
    }
}

impl From<FunctionTool> for Tool {
    fn from(tool: FunctionTool) -> Self {
        Self {
            name: tool.name,
            description: tool.description,
            parameters: Value::Object(tool.parameters.unwrap_or_default()),
            strict: tool.strict.unwrap_or(true),
        }
    }
}

/// Sets which of the tools of a request the model calls. A named one must be in the list.
pub(super) fn choose(
    request: &mut GenerateRequest,
    choice: &RequestedToolChoice,
) -> Result<(), GenerateError> {
    let (mode, names) = match choice {
        RequestedToolChoice::Mode(mode) => (*mode, None),
        RequestedToolChoice::Chosen(ChosenTools::Function { name }) => {
            known(request, name)?;
            request.tool_choice = ToolChoice::Tool(name.clone());
            return Ok(());
        }
        RequestedToolChoice::Chosen(ChosenTools::AllowedTools { mode, tools }) => {
            let names = tools.iter().map(|tool| &tool.name);
            (*mode, Some(names.collect::<Vec<_>>()))
        }
    };
    if let Some(names) = names {
        for name in &names {
            known(request, name)?;
        }
        request.tools.retain(|tool| names.contains(&&tool.name));
    }
    request.tool_choice = match mode {
        ToolMode::None => ToolChoice::None,
        ToolMode::Auto => ToolChoice::Auto,
        ToolMode::Required if request.tools.is_empty() => {
            return Err(GenerateError::invalid("tool_choice", "needs `tools`"));
        }
        ToolMode::Required => ToolChoice::Required,
    };
    Ok(())
}

fn known(request: &GenerateRequest, name: &str) -> Result<(), GenerateError> {
    if request.tools.iter().any(|tool| tool.name == name) {
        return Ok(());
    }
    let message = format_args!("`tools` has no function `{name}`");
    Err(GenerateError::invalid("tool_choice", message))
}
