//! A response that is being generated.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use super::generation::{FinishReason, Piece};
use super::shared::{Computer, Turn};
use crate::error::GenerateError;
use crate::llama::{Output, Slot};
use crate::sampling::Sampler;
use crate::text::Characters;
use crate::tokens::Tokens;

/// A prompt, the state of its continuation, and the channel for the text.
#[derive(Debug)]
pub(super) struct Sequence {
    /// The tokens that the model has not read yet: the prompt, then the token chosen last.
    unread: Vec<u32>,
    /// Created in the first step, freed in the last.
    slot: Option<Slot>,
    sampler: Sampler,
    tokens: Arc<Tokens>,
    end_tokens: Arc<[u32]>,
    characters: Characters,
    drop_space: bool,
    prompt_tokens: usize,
    completion_tokens: usize,
    max_tokens: usize,
    pieces: usize,
    sender: Sender<Result<Piece, GenerateError>>,
    /// Pieces that did not fit into the reader's buffer: at most a text and the end.
    outbox: VecDeque<Result<Piece, GenerateError>>,
    ended: bool,
}

impl Sequence {
    pub(super) fn new(
        prompt: Vec<u32>,
        max_tokens: usize,
        sampler: Sampler,
        tokens: Arc<Tokens>,
        end_tokens: Arc<[u32]>,
        sender: Sender<Result<Piece, GenerateError>>,
    ) -> Self {
        Self {
            prompt_tokens: prompt.len(),
            unread: prompt,
            slot: None,
            sampler,
            drop_space: tokens.drops_first_space(),
            tokens,
            end_tokens,
            characters: Characters::default(),
            completion_tokens: 0,
            max_tokens,
            pieces: 0,
            sender,
            outbox: VecDeque::new(),
            ended: false,
        }
    }

    /// Returns whether the reader disconnected.
    pub(super) fn abandoned(&self) -> bool {
        self.sender.is_closed()
    }

    /// Returns whether the reader has room or disconnected.
    pub(super) fn ready(&self) -> bool {
        self.sender.capacity() > 0 || self.abandoned()
    }

    /// Returns the number of tokens in the response so far.
    #[cfg(test)]
    pub(super) fn completion_tokens(&self) -> usize {
        self.completion_tokens
    }

    /// Delivers pending pieces, or generates one token.
    pub(super) fn step(&mut self, computer: &mut Computer<'_>) -> Turn {
        if self.abandoned() {
            return Turn::Finished;
        }
        if self.outbox.is_empty() && !self.ended {
            self.advance(computer);
        }
        self.deliver()
    }

    fn advance(&mut self, computer: &mut Computer<'_>) {
        if self.completion_tokens == self.max_tokens {
            return self.finish(FinishReason::Length);
        }
        let token = match self.next_token(computer) {
            Ok(token) => token,
            Err(problem) => return self.end(Err(GenerateError::Model(problem))),
        };
        if self.end_tokens.contains(&token) {
            return self.finish(FinishReason::Stop);
        }
        self.completion_tokens += 1;
        self.unread = vec![token];
        let text = self.read(token);
        self.write(text);
        if self.completion_tokens == self.max_tokens {
            self.finish(FinishReason::Length);
        }
    }

    fn next_token(&mut self, computer: &mut Computer<'_>) -> Result<u32, String> {
        let mut slot = match self.slot.take() {
            Some(slot) => slot,
            None => computer.reserve(self.prompt_tokens + self.max_tokens)?,
        };
        let logits = computer
            .read(&mut slot, &self.unread, Output::NextLogits)
            .map_err(|error| error.to_string())?;
        self.slot = Some(slot);
        self.sampler
            .choose(logits)
            .ok_or_else(|| "it computed no finite number".to_owned())
    }

    fn read(&mut self, token: u32) -> String {
        let bytes = self.tokens.bytes(token);
        let mut bytes = bytes.as_slice();
        if self.drop_space && !bytes.is_empty() {
            bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
            self.drop_space = false;
        }
        self.characters.push(bytes)
    }

    fn write(&mut self, text: String) {
        if !text.is_empty() {
            let index = self.pieces;
            self.pieces += 1;
            self.outbox.push_back(Ok(Piece::Text { index, text }));
        }
    }

    fn finish(&mut self, finish_reason: FinishReason) {
        let rest = self.characters.finish();
        self.write(rest);
        self.end(Ok(Piece::Done {
            finish_reason,
            prompt_tokens: self.prompt_tokens,
            completion_tokens: self.completion_tokens,
        }));
    }

    fn end(&mut self, last: Result<Piece, GenerateError>) {
        self.outbox.push_back(last);
        self.ended = true;
        self.slot = None;
    }

    fn deliver(&mut self) -> Turn {
        while let Some(piece) = self.outbox.pop_front() {
            match self.sender.try_send(piece) {
                Ok(()) => {}
                Err(TrySendError::Full(piece)) => {
                    self.outbox.push_front(piece);
                    return Turn::More;
                }
                Err(TrySendError::Closed(_)) => return Turn::Finished,
            }
        }
        if self.ended {
            Turn::Finished
        } else {
            Turn::More
        }
    }
}
