//! Options that several requests have.

use std::collections::BTreeMap;

use avocet::prelude::*;

use crate::generate::Sampling;

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

/// How tokens are chosen.
#[model(input, name = "OpenAiSamplingOptions")]
pub(crate) struct SamplingOptions {
    /// 0 always takes the most likely token.
    #[field(ge = 0.0, le = 2.0)]
    temperature: Option<f32>,
    /// Only the most likely tokens with this total probability are chosen.
    #[field(ge = 0.0, le = 1.0)]
    top_p: Option<f32>,
    /// The same seed gives the same response.
    seed: Option<i64>,
    /// Lowers the probability of tokens that the response has.
    #[field(ge = -2.0, le = 2.0)]
    presence_penalty: Option<f32>,
    /// Lowers the probability of tokens by how often the response has them.
    #[field(ge = -2.0, le = 2.0)]
    frequency_penalty: Option<f32>,
    /// Values that are added to the logits of tokens.
    #[field(max_items = 1024, items(ge = -100.0, le = 100.0))]
    logit_bias: Option<BTreeMap<u32, f32>>,
}

impl From<SamplingOptions> for Sampling {
    fn from(options: SamplingOptions) -> Self {
        Self {
            temperature: options.temperature,
            top_p: options.top_p,
            seed: options.seed.map(i64::cast_unsigned),
            presence_penalty: options.presence_penalty,
            frequency_penalty: options.frequency_penalty,
            logit_bias: options.logit_bias.into_iter().flatten().collect(),
            ..Self::default()
        }
    }
}
