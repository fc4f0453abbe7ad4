//! What one forward pass reads and computes.

use std::fmt;
use std::ops::Range;

use super::attention::Scratch;
use super::cache::Slot;
use super::config::Config;
use super::rope::Angles;

/// The next tokens of one sequence, for a pass together with other sequences: the token chosen last, or a part of a prompt.
#[derive(Debug)]
pub struct Run<'a> {
    /// The sequence's earlier tokens. The pass adds the new ones.
    pub slot: &'a mut Slot,
    /// The new tokens, at least one.
    pub tokens: &'a [u32],
    /// What the pass computes for them.
    pub output: Output,
}

/// What a pass computes for a run, besides its keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing: for a part of a prompt that more tokens follow.
    Nothing,
    /// The weight of every token as the one after the last: `[vocabulary]`.
    NextLogits,
    /// The same after each token: `[tokens, vocabulary]`.
    Logits,
    /// The final hidden state of each token, normalized: `[tokens, hidden]`.
    Hidden,
}

/// The memory of forward passes: each pass overwrites the results of the one before it.
///
/// It grows with the tokens of the largest pass so far, by a few times the widest row of a layer for each token. Read a long prompt in parts
/// to limit it.
#[derive(Default)]
pub struct Workspace {
    pub(super) buffers: Buffers,
    /// `[rows, vocabulary]`
    pub(super) logits: Vec<f32>,
    /// `[rows, hidden]`
    pub(super) hidden: Vec<f32>,
    /// The rows of each run in `logits` or `hidden`.
    pub(super) spans: Vec<(Output, Range<usize>)>,
}

impl fmt::Debug for Workspace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Workspace")
            .field("outputs", &self.spans)
            .finish_non_exhaustive()
    }
}

/// The rows of a pass at the stages of a layer.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// The residual stream.
    pub(super) x: Vec<f32>,
    /// As wide as the residual stream.
    pub(super) normed: Vec<f32>,
    /// Queries, keys and values; then gates and ups.
    pub(super) wide: Vec<f32>,
    /// Mixed values; then gated values.
    pub(super) narrow: Vec<f32>,
    /// The input of a product, transposed.
    pub(super) blocks: Vec<f32>,
    pub(super) scratch: Scratch,
    pub(super) angles: Angles,
}

/// The results of a forward pass, by the index of the run.
#[derive(Clone, Copy, Debug)]
pub struct Outputs<'a> {
    workspace: &'a Workspace,
    width: usize,
    vocabulary: usize,
}

impl<'a> Outputs<'a> {
    pub(super) fn new(workspace: &'a Workspace, config: &Config) -> Self {
        Self {
            workspace,
            width: config.hidden,
            vocabulary: config.vocabulary,
        }
    }

    /// Returns the [`Output`] of a run, row after row; empty for [`Output::Nothing`].
    ///
    /// # Panics
    /// Panics if the pass had no run with this index.
    pub fn of(&self, run: usize) -> &'a [f32] {
        let (output, span) = &self.workspace.spans[run];
        let (rows, width) = match output {
            Output::Nothing => return &[],
            Output::NextLogits | Output::Logits => (&self.workspace.logits, self.vocabulary),
            Output::Hidden => (&self.workspace.hidden, self.width),
        };
        &rows[span.start * width..span.end * width]
    }
}

/// A pass cannot run. It has changed no slot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardError {
    /// A run has no tokens.
    NoTokens {
        /// The index of the run.
        run: usize,
    },
    /// A token is not in the vocabulary.
    UnknownToken {
        /// The index of the run.
        run: usize,
        /// The token.
        token: u32,
        /// The number of tokens in the vocabulary.
        vocabulary: usize,
    },
    /// The tokens exceed the room that the sequence has reserved.
    SlotFull {
        /// The index of the run.
        run: usize,
        /// The new tokens.
        tokens: usize,
        /// The tokens in the slot.
        length: usize,
        /// The tokens that the slot has room for.
        capacity: usize,
    },
    /// The slot is from the cache of a model with other dimensions.
    OtherModel {
        /// The index of the run.
        run: usize,
    },
}

impl fmt::Display for ForwardError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTokens { run } => write!(formatter, "run {run} has no tokens"),
            Self::UnknownToken {
                run,
                token,
                vocabulary,
            } => write!(
                formatter,
                "run {run} has the token {token}, but the vocabulary has {vocabulary} tokens"
            ),
            Self::SlotFull {
                run,
                tokens,
                length,
                capacity,
            } => write!(
                formatter,
                "run {run} has {tokens} tokens after {length}, but its slot has room for {capacity}"
            ),
            Self::OtherModel { run } => write!(
                formatter,
                "the slot of run {run} is from the cache of a model with other dimensions"
            ),
        }
    }
}

impl std::error::Error for ForwardError {}
