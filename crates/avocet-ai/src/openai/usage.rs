//! Token counts.

use avocet::prelude::*;

use crate::generate::Usage;

/// Token counts of a request.
#[model(output)]
pub(crate) struct OpenAiUsage {
    /// In the prompt.
    prompt_tokens: u32,
    /// In the response.
    completion_tokens: u32,
    /// Both together.
    total_tokens: u32,
    /// Details of the prompt.
    prompt_tokens_details: PromptTokensDetails,
    /// Details of the response.
    completion_tokens_details: CompletionTokensDetails,
}

/// Details of the tokens of a prompt.
#[model(output, name = "OpenAiPromptTokensDetails")]
struct PromptTokensDetails {
    /// Those that the model had in a cache.
    cached_tokens: u32,
}

/// Details of the tokens of a response.
#[model(output, name = "OpenAiCompletionTokensDetails")]
struct CompletionTokensDetails {
    /// Those that were not shown.
    reasoning_tokens: u32,
}

impl From<Usage> for OpenAiUsage {
    fn from(usage: Usage) -> Self {
        Self {
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
            total_tokens: usage.prompt_tokens + usage.completion_tokens,
            prompt_tokens_details: PromptTokensDetails {
                cached_tokens: usage.cached_tokens,
            },
            completion_tokens_details: CompletionTokensDetails {
                reasoning_tokens: 0,
            },
        }
    }
}

/// Returns the counts of several responses to one prompt.
pub(crate) fn total(usages: impl IntoIterator<Item = Usage>) -> Usage {
    let mut usages = usages.into_iter();
    let mut total = usages.next().unwrap_or_default();
    for usage in usages {
        total.completion_tokens += usage.completion_tokens;
    }
    total
}
