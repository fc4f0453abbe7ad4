//! A response that is being generated.

use std::fmt;
use std::sync::Arc;

use avocet::context::RequestId;
use avocet_ai::generate::{Delta, Done, FinishReason, TextDelta, TokenLogprob, Usage};

use super::chat::Prompt;
use super::choice::{Choice, ChoiceError};
use super::logprobs::token_logprob;
use crate::llama::{Output, Run, Slot};
use crate::text::Characters;
use crate::tokens::Tokens;

/// The words of a model, and those that end a response.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    pub(super) tokens: Arc<Tokens>,
    pub(super) end: Arc<[u32]>,
}

/// A prompt and the state of its continuation.
pub struct Sequence {
    vocabulary: Vocabulary,
    slot: Slot,
    choice: Choice,
    /// The tokens that the model has not read yet: the prompt, then the token chosen last.
    unread: Vec<u32>,
    characters: Characters,
    drop_space: bool,
    prompt_tokens: usize,
    completion_tokens: usize,
    max_tokens: usize,
    top_logprobs: Option<u8>,
    /// The probabilities of tokens whose text is not complete.
    logprobs: Vec<TokenLogprob>,
    tool: Option<String>,
    begun: bool,
}

/// The remaining tokens with which a response that has a format is led to its end, unless half of its tokens are fewer.
const TOKENS_TO_END: usize = 256;

impl Sequence {
    pub(super) fn new(prompt: Prompt, slot: Slot, vocabulary: Vocabulary) -> Self {
        Self {
            prompt_tokens: prompt.tokens.len(),
            unread: prompt.tokens,
            slot,
            choice: prompt.choice,
            drop_space: vocabulary.tokens.drops_first_space(),
            vocabulary,
            characters: Characters::default(),
            completion_tokens: 0,
            max_tokens: prompt.max_tokens,
            top_logprobs: prompt.top_logprobs,
            logprobs: Vec::new(),
            tool: prompt.tool,
            begun: false,
        }
    }

    /// Returns how many tokens the model reads in the next step: the one chosen last, or a part of the prompt, which is taken from `left`.
    pub(super) fn next_tokens(&self, left: &mut usize) -> usize {
        if self.max_tokens == 0 {
            return 0;
        }
        if self.completion_tokens > 0 {
            return 1;
        }
        let count = self.unread.len().min(*left);
        *left -= count;
        count
    }

    /// Returns the part of the next step that reads these tokens.
    pub(super) fn run(&mut self, count: usize) -> Run<'_> {
        let is_last = count == self.unread.len();
        Run {
            slot: &mut self.slot,
            tokens: &self.unread[..count],
            output: if is_last {
                Output::NextLogits
            } else {
                Output::Nothing
            },
        }
    }

    /// Notes that the model has read these tokens.
    pub(super) fn read(&mut self, count: usize) {
        self.unread.drain(..count);
    }

    /// Chooses the next token. Returns the deltas that follow, and whether they are the last.
    pub(super) fn advance(&mut self, logits: &[f32]) -> Result<(Vec<Delta>, bool), ChoiceError> {
        let left = self.max_tokens - self.completion_tokens;
        let ends_soon = left <= (self.max_tokens / 2).min(TOKENS_TO_END);
        let token = self.choice.choose(logits, ends_soon)?;
        if self.vocabulary.end.contains(&token) {
            return Ok((self.finish(FinishReason::Stop), true));
        }
        self.completion_tokens += 1;
        self.unread.push(token);
        if let Some(top) = self.top_logprobs {
            let logprob = token_logprob(&self.vocabulary.tokens, logits, token, top);
            self.logprobs.push(logprob);
        }
        let text = self.text_of(token);
        if self.choice.is_complete() {
            let mut deltas = self.text(text);
            deltas.extend(self.finish(FinishReason::Stop));
            return Ok((deltas, true));
        }
        let mut deltas = self.text(text);
        let ends = self.completion_tokens == self.max_tokens;
        if ends {
            deltas.extend(self.finish(FinishReason::Length));
        }
        Ok((deltas, ends))
    }

    /// Returns the end of a response that may have no tokens.
    pub(super) fn done(&mut self) -> Vec<Delta> {
        self.finish(FinishReason::Length)
    }

    fn text_of(&mut self, token: u32) -> String {
        let bytes = self.vocabulary.tokens.bytes(token);
        let mut bytes = bytes.as_slice();
        if self.drop_space && !bytes.is_empty() {
            bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
            self.drop_space = false;
        }
        self.characters.push(bytes)
    }

    /// Returns more text, or more of the arguments of a tool; before it what begins the response.
    fn text(&mut self, text: String) -> Vec<Delta> {
        let mut deltas = self.begin();
        if text.is_empty() {
            return deltas;
        }
        let logprobs = std::mem::take(&mut self.logprobs);
        deltas.push(match self.tool {
            Some(_) => Delta::ToolArguments {
                index: 0,
                json: text,
            },
            None => Delta::Text(TextDelta { text, logprobs }),
        });
        deltas
    }

    fn begin(&mut self) -> Vec<Delta> {
        if std::mem::replace(&mut self.begun, true) {
            return Vec::new();
        }
        let mut deltas = vec![Delta::Prompt {
            tokens: self.usage().prompt_tokens,
            cached: 0,
        }];
        deltas.extend(self.tool.clone().map(|name| Delta::ToolCall {
            index: 0,
            id: format!("call_{}", RequestId::generated()),
            name,
        }));
        deltas
    }

    fn finish(&mut self, reason: FinishReason) -> Vec<Delta> {
        let rest = self.characters.finish();
        let mut deltas = self.text(rest);
        let reason = match (reason, &self.tool) {
            (FinishReason::Stop, Some(_)) => FinishReason::ToolCalls,
            (reason, _) => reason,
        };
        deltas.push(Delta::Done(Done {
            reason,
            usage: self.usage(),
        }));
        deltas
    }

    fn usage(&self) -> Usage {
        let count = |tokens| u32::try_from(tokens).unwrap_or(u32::MAX);
        Usage {
            prompt_tokens: count(self.prompt_tokens),
            cached_tokens: 0,
            completion_tokens: count(self.completion_tokens),
        }
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequence")
            .field("prompt_tokens", &self.prompt_tokens)
            .field("completion_tokens", &self.completion_tokens)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use avocet_ai::generate::Sampling;

    use super::*;
    use crate::llama::{KvCache, Llama};

    #[test]
    fn new_prompts_share_the_tokens_of_a_step_and_running_responses_do_not_wait() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/grouped"));
        let model = Llama::load(folder).unwrap();
        let tokens = Tokens::read(folder, model.config().vocabulary).unwrap();
        let vocabulary = Vocabulary {
            tokens: Arc::new(tokens),
            end: Arc::new([]),
        };
        let cache = KvCache::new(model.config(), 512);
        let sequence = |prompt: usize| {
            let prompt = Prompt {
                tokens: vec![5; prompt],
                max_tokens: 5,
                choice: Choice::new(Sampling::default(), None),
                top_logprobs: None,
                tool: None,
            };
            Sequence::new(prompt, cache.reserve(96).unwrap(), vocabulary.clone())
        };
        let mut running = sequence(1);
        running.read(1);
        running
            .advance(&vec![0.0; model.config().vocabulary])
            .unwrap();

        let (mut first, second, third) = (sequence(50), sequence(30), sequence(7));
        let mut left = 64;
        let counts = [&first, &second, &third, &running].map(|it| it.next_tokens(&mut left));
        assert_eq!((counts, left), ([50, 14, 0, 1], 0));
        assert_eq!(first.run(50).output, Output::NextLogits);
        assert_eq!(
            first.run(20).output,
            Output::Nothing,
            "a part of the prompt"
        );
    }
}
