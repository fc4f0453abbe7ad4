//! `Generated`: a whole response.

use futures_util::StreamExt as _;

use super::delta::{Delta, Done, FinishReason, TokenLogprob, Usage};
use super::error::GenerateError;
use super::message::ToolCall;
use super::model::Deltas;

/// A whole response: its deltas put together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Generated {
    /// The text.
    pub text: String,
    /// The tokens of the text with their probabilities, if the request wants them.
    pub logprobs: Vec<TokenLogprob>,
    /// The tools that the model called.
    pub tool_calls: Vec<ToolCall>,
    /// Why the model does not answer, if it does not.
    pub refusal: String,
    /// Why the response ends.
    pub reason: FinishReason,
    /// The tokens used.
    pub usage: Usage,
}

impl Generated {
    /// Waits for a whole response.
    ///
    /// # Errors
    /// Returns the error that ends the stream.
    ///
    /// ```
    /// use avocet_ai::generate::{Delta, Done, FinishReason, Generated, Usage, deltas};
    ///
    /// # #[avocet::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let response = deltas(avocet::stream! {
    ///     yield Delta::text("An avocet ");
    ///     yield Delta::text("wades.");
    ///     yield Delta::Done(Done { reason: FinishReason::Stop, usage: Usage::default() });
    /// });
    /// assert_eq!(Generated::collect(response).await?.text, "An avocet wades.");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn collect(mut deltas: Deltas) -> Result<Self, GenerateError> {
        let mut whole = Self {
            text: String::new(),
            logprobs: Vec::new(),
            tool_calls: Vec::new(),
            refusal: String::new(),
            reason: FinishReason::Stop,
            usage: Usage::default(),
        };
        while let Some(delta) = deltas.next().await {
            whole.add(delta?);
        }
        Ok(whole)
    }

    fn add(&mut self, delta: Delta) {
        match delta {
            Delta::Prompt { tokens, cached } => {
                self.usage.prompt_tokens = tokens;
                self.usage.cached_tokens = cached;
            }
            Delta::Text(piece) => {
                self.text.push_str(&piece.text);
                self.logprobs.extend(piece.logprobs);
            }
            Delta::ToolCall { id, name, .. } => self.tool_calls.push(ToolCall {
                id,
                name,
                arguments: String::new(),
            }),
            Delta::ToolArguments { index, json } => {
                if let Some(call) = self.tool_calls.get_mut(index) {
                    call.arguments.push_str(&json);
                }
            }
            Delta::Refusal(text) => self.refusal.push_str(&text),
            Delta::Done(Done { reason, usage }) => {
                self.reason = reason;
                self.usage = usage;
            }
        }
    }
}
