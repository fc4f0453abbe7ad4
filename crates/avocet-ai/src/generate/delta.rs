//! `Delta`: a part of a response.

/// A part of a response while a model generates it. The last one is [`Done`](Self::Done).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Delta {
    /// The prompt was read. Send it first, so that a response that is interrupted has the count.
    Prompt {
        /// Tokens of the prompt.
        tokens: u32,
        /// Those of them that the model had in a cache.
        cached: u32,
    },
    /// More text.
    Text(TextDelta),
    /// A call of a tool begins.
    ToolCall {
        /// Counts the calls of this response, from 0.
        index: usize,
        /// The id, unique within the conversation.
        id: String,
        /// The name of the tool.
        name: String,
    },
    /// More of the arguments of a call.
    ToolArguments {
        /// The call.
        index: usize,
        /// A piece of the JSON text.
        json: String,
    },
    /// More of the explanation why the model does not answer.
    Refusal(String),
    /// The end of the response.
    Done(Done),
}

impl Delta {
    /// Creates a piece of text without probabilities.
    ///
    /// ```
    /// use avocet_ai::generate::Delta;
    ///
    /// assert!(matches!(Delta::text("Hello"), Delta::Text(piece) if piece.text == "Hello"));
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextDelta {
            text: text.into(),
            logprobs: Vec::new(),
        })
    }
}

/// A piece of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextDelta {
    /// Whole characters.
    pub text: String,
    /// The tokens of the piece with their probabilities, if the request wants them.
    pub logprobs: Vec<TokenLogprob>,
}

/// A token with its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenLogprob {
    /// The text of the token; bytes that are no character alone are replaced.
    pub token: String,
    /// The bytes of the token.
    pub bytes: Vec<u8>,
    /// The natural logarithm of its probability.
    pub logprob: f32,
    /// The most likely tokens at its position.
    pub top: Vec<TopLogprob>,
}

/// A token that could have been chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct TopLogprob {
    /// The text of the token.
    pub token: String,
    /// The bytes of the token.
    pub bytes: Vec<u8>,
    /// The natural logarithm of its probability.
    pub logprob: f32,
}

/// The end of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Why the response ends.
    pub reason: FinishReason,
    /// The tokens used.
    pub usage: Usage,
}

/// Why a response ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FinishReason {
    /// The model ended it.
    Stop,
    /// The response has a text of [`GenerateRequest::stop`](super::GenerateRequest::stop), which is not part of it.
    StopText(String),
    /// It reached the maximum number of tokens.
    Length,
    /// The model called tools.
    ToolCalls,
    /// A filter withheld the rest.
    ContentFilter,
}

/// Token counts of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Those of them that the model had in a cache.
    pub cached_tokens: u32,
    /// Tokens of the response.
    pub completion_tokens: u32,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prompt_tokens += other.prompt_tokens;
        self.cached_tokens += other.cached_tokens;
        self.completion_tokens += other.completion_tokens;
    }
}
