//! The parts of a response.

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
