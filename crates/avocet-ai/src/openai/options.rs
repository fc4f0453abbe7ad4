//! Options that several requests have.

use std::collections::BTreeMap;

use avocet::prelude::*;

/// Texts that end a response.
#[model(input, name = "OpenAiStop")]
#[serde(untagged)]
pub(crate) enum Stop {
    /// One text.
    One(String),
    /// Several texts.
    Several(StopTexts),
}

/// Up to 16 texts.
#[model(input, name = "OpenAiStopTexts")]
pub(crate) struct StopTexts(#[field(max_items = 16)] Vec<String>);

impl Stop {
    pub(crate) fn texts(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts.0,
        }
    }
}

/// One or several texts, as strings or as tokens.
#[model(input, name = "OpenAiTextInput")]
#[serde(untagged)]
pub(crate) enum TextInput {
    /// A text.
    Text(String),
    /// Texts.
    Texts(Texts),
    /// A text as tokens.
    Tokens(Tokens),
    /// Texts as tokens.
    TokenLists(TokenLists),
}

/// One to 2048 texts.
#[model(input, name = "OpenAiTexts")]
pub(crate) struct Texts(#[field(min_items = 1, max_items = 2048)] pub(crate) Vec<String>);

/// A text as tokens.
#[model(input, name = "OpenAiTokens")]
pub(crate) struct Tokens(#[field(min_items = 1)] pub(crate) Vec<u32>);

/// One to 2048 texts as tokens.
#[model(input, name = "OpenAiTokenLists")]
pub(crate) struct TokenLists(#[field(min_items = 1, max_items = 2048)] pub(crate) Vec<Vec<u32>>);

/// Options of a stream.
#[model(input, name = "OpenAiStreamOptions")]
pub(crate) struct StreamOptions {
    /// Whether the last chunk has the token counts of the whole request.
    pub(crate) include_usage: Option<bool>,
}

/// Returns the values that are added to logits.
pub(crate) fn logit_bias(bias: Option<BTreeMap<u32, f32>>) -> Vec<(u32, f32)> {
    bias.into_iter().flatten().collect()
}
