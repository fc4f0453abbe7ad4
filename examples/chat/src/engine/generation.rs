//! The answer, as its reader sees it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::shared::Shared;
use crate::error::GenerateError;

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// More text: whole characters, never empty.
    Text {
        /// 0 for the first piece, then counting up.
        index: usize,
        /// What to append.
        text: String,
    },
    /// The end; nothing follows.
    Done {
        /// Why the answer ends here.
        finish_reason: FinishReason,
        /// Tokens of the rendered prompt.
        prompt_tokens: usize,
        /// Tokens of the answer, without the one that ends it.
        completion_tokens: usize,
    },
}

/// Why an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// The model ended it.
    Stop,
    /// It reached `max_tokens` or the end of the context.
    Length,
}

/// An answer in the making: a stream of [`Piece`]s that ends with [`Piece::Done`] or an error.
///
/// Dropping it stops the model's work on it.
#[derive(Debug)]
pub struct Generation {
    pieces: mpsc::Receiver<Result<Piece, GenerateError>>,
    shared: Arc<Shared>,
    seed: u64,
    ended: bool,
}

impl Generation {
    pub(super) fn new(
        pieces: mpsc::Receiver<Result<Piece, GenerateError>>,
        shared: Arc<Shared>,
        seed: u64,
    ) -> Self {
        Self {
            pieces,
            shared,
            seed,
            ended: false,
        }
    }

    /// The next piece, or nothing after the end.
    pub async fn next(&mut self) -> Option<Result<Piece, GenerateError>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The seed in use: the one that was asked for, or the one that was drawn.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Piece, GenerateError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        // A channel that closes before the end means that the thread is gone.
        let piece = ready!(self.pieces.poll_recv(context)).unwrap_or(Err(GenerateError::Stopped));
        self.ended = !matches!(piece, Ok(Piece::Text { .. }));
        self.shared.wake();
        Poll::Ready(Some(piece))
    }
}

impl Stream for Generation {
    type Item = Result<Piece, GenerateError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        self.pieces.close();
        self.shared.wake();
    }
}
