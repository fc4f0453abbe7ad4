//! A response that is being generated.

use std::fmt;
use std::sync::Arc;

use super::chat::Prompt;
use super::piece::{FinishReason, Piece};
use crate::llama::{Output, Run, Slot};
use crate::sampling::Sampler;
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
    sampler: Sampler,
    /// The tokens that the model has not read yet: the prompt, then the token chosen last.
    unread: Vec<u32>,
    characters: Characters,
    drop_space: bool,
    prompt_tokens: usize,
    completion_tokens: usize,
    max_tokens: usize,
    pieces: usize,
}

impl Sequence {
    pub(super) fn new(prompt: Prompt, slot: Slot, vocabulary: Vocabulary) -> Self {
        Self {
            prompt_tokens: prompt.tokens.len(),
            unread: prompt.tokens,
            slot,
            sampler: prompt.sampler,
            drop_space: vocabulary.tokens.drops_first_space(),
            vocabulary,
            characters: Characters::default(),
            completion_tokens: 0,
            max_tokens: prompt.max_tokens,
            pieces: 0,
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

    /// Chooses the next token. Returns the pieces of text that follow, and whether they are the last.
    pub(super) fn advance(&mut self, logits: &[f32]) -> Result<(Vec<Piece>, bool), &'static str> {
        let Some(token) = self.sampler.choose(logits) else {
            return Err("it computed no finite number");
        };
        if self.vocabulary.end.contains(&token) {
            return Ok((self.finish(FinishReason::Stop), true));
        }
        self.completion_tokens += 1;
        self.unread.push(token);
        let text = self.text_of(token);
        let mut pieces = self.piece(text);
        let ends = self.completion_tokens == self.max_tokens;
        if ends {
            pieces.extend(self.finish(FinishReason::Length));
        }
        Ok((pieces, ends))
    }

    /// Returns the end of a response that may have no tokens.
    pub(super) fn done(&mut self) -> Vec<Piece> {
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

    fn piece(&mut self, text: String) -> Vec<Piece> {
        if text.is_empty() {
            return Vec::new();
        }
        self.pieces += 1;
        vec![Piece::Text {
            index: self.pieces - 1,
            text,
        }]
    }

    fn finish(&mut self, finish_reason: FinishReason) -> Vec<Piece> {
        let rest = self.characters.finish();
        let mut pieces = self.piece(rest);
        pieces.push(Piece::Done {
            finish_reason,
            prompt_tokens: self.prompt_tokens,
            completion_tokens: self.completion_tokens,
        });
        pieces
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
                sampler: Sampler::new(0.0, 0),
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
