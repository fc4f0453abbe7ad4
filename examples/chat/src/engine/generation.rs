//! The response stream for the caller.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::shared::Shared;
use crate::error::GenerateError;

/// A part of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// More text: whole characters, never empty.
    Text {
        /// The index of the piece, from 0.
        index: usize,
        /// The text to append.
        text: String,
    },
    /// The last piece.
    Done {
        /// Why the response ends here.
        finish_reason: FinishReason,
        /// Tokens of the rendered prompt.
        prompt_tokens: usize,
        /// Tokens of the response, without the end token.
        completion_tokens: usize,
    },
}

/// Why a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// The model ended it.
    Stop,
    /// It reached `max_tokens` or the end of the context.
    Length,
}

/// A response that is being generated: a stream of [`Piece`]s that ends with [`Piece::Done`] or an error.
///
/// Dropping it cancels the generation.
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

    /// Returns the next piece, or `None` after the end.
    pub async fn next(&mut self) -> Option<Result<Piece, GenerateError>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the seed in use: the requested one, or a random one.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Piece, GenerateError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        // If the channel closes before the end, the thread has ended.
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
