//! The format of the text of a response.

use std::sync::Arc;

use avocet::prelude::*;
use serde_json::{Map, Value};

use crate::generate::OutputFormat;

/// Options of the text.
#[model(name = "OpenAiResponseTextOptions")]
#[derive(Clone, Debug)]
pub(super) struct TextOptions {
    /// The format.
    #[field(default)]
    format: TextFormat,
    /// How detailed the text is; it is repeated in the response.
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<String>,
}

/// The format of a text.
#[model(name = "OpenAiResponseTextFormat")]
#[derive(Clone, Debug, Default)]
#[serde(tag = "type", rename_all = "snake_case")]
enum TextFormat {
    /// Text.
    #[default]
    Text,
    /// A JSON object.
    JsonObject,
    /// JSON that follows a schema.
    JsonSchema {
        /// The name of the schema.
        #[field(min_length = 1, max_length = 64)]
        name: String,
        /// What the schema is for.
        description: Option<String>,
        /// The schema.
        schema: Map<String, Value>,
        /// Whether the text follows it exactly.
        strict: Option<bool>,
    },
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            format: TextFormat::Text,
            verbosity: None,
        }
    }
}

impl From<&TextOptions> for OutputFormat {
    fn from(options: &TextOptions) -> Self {
        match &options.format {
            TextFormat::Text => Self::Text,
            TextFormat::JsonObject => Self::JsonObject,
            TextFormat::JsonSchema { schema, .. } => {
                Self::JsonSchema(Arc::new(Value::Object(schema.clone())))
            }
        }
    }
}
