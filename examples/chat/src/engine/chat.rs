//! `Chat`: the model as a generator.

use std::fmt;
use std::sync::Arc;

use avocet::inference::{Admission, Generator, Running};
use avocet_ai::generate::Delta;

use super::choice::Choice;
use super::sequence::{Sequence, Vocabulary};
use crate::llama::{ForwardError, KvCache, Llama, Output, Run, Workspace};

/// Generates responses to several conversations together.
pub struct Chat {
    model: Arc<Llama>,
    vocabulary: Vocabulary,
    cache: KvCache,
    workspace: Workspace,
}

/// A conversation to continue.
#[derive(Debug)]
pub struct Prompt {
    pub(super) tokens: Vec<u32>,
    pub(super) max_tokens: usize,
    pub(super) choice: Choice,
    pub(super) top_logprobs: Option<u8>,
    /// The tool whose arguments the response is.
    pub(super) tool: Option<String>,
}

/// The tokens of new prompts that one step reads: a long prompt delays the other responses by that much, not by its length.
const PROMPT_TOKENS: usize = 128;

impl Chat {
    /// Creates it for this number of responses together, each as long as the context.
    pub(super) fn new(model: Arc<Llama>, vocabulary: Vocabulary, responses: usize) -> Self {
        let config = model.config();
        let each = config.context.next_multiple_of(KvCache::PAGE);
        Self {
            cache: KvCache::new(config, responses * each),
            model,
            vocabulary,
            workspace: Workspace::default(),
        }
    }
}

impl Generator for Chat {
    type Request = Prompt;
    type Item = Delta;
    type Sequence = Sequence;
    type Error = ForwardError;

    fn cost(prompt: &Prompt) -> u32 {
        u32::try_from(prompt.tokens.len()).unwrap_or(u32::MAX)
    }

    /// Reserves memory for the whole response, so that none fails half-way.
    fn admit(&mut self, prompt: Prompt) -> Result<Admission<Sequence, Prompt>, ForwardError> {
        Ok(
            match self.cache.reserve(prompt.tokens.len() + prompt.max_tokens) {
                Some(slot) => {
                    Admission::Running(Sequence::new(prompt, slot, self.vocabulary.clone()))
                }
                None => Admission::Later(prompt),
            },
        )
    }

    fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), ForwardError> {
        let mut left = PROMPT_TOKENS;
        let counts: Vec<usize> = running
            .iter_mut()
            .map(|active| active.sequence().next_tokens(&mut left))
            .collect();
        let sequences = running
            .iter_mut()
            .zip(&counts)
            .filter(|(_, count)| **count > 0);
        let mut runs: Vec<Run<'_>> = sequences
            .map(|(active, count)| active.sequence().run(*count))
            .collect();
        if runs.is_empty() {
            // Responses of no tokens.
            running.iter_mut().for_each(|active| {
                let done = active.sequence().done();
                done.into_iter().for_each(|delta| active.emit(delta));
                active.finish();
            });
            return Ok(());
        }
        let wanted: Vec<bool> = runs
            .iter()
            .map(|run| run.output == Output::NextLogits)
            .collect();
        let outputs = self.model.forward(&mut runs, &mut self.workspace)?;
        drop(runs);
        let read = running
            .iter_mut()
            .zip(&counts)
            .filter(|(_, count)| **count > 0);
        for (index, (active, count)) in read.enumerate() {
            active.sequence().read(*count);
            if !wanted[index] {
                continue;
            }
            match active.sequence().advance(outputs.of(index)) {
                Ok((deltas, ended)) => {
                    deltas.into_iter().for_each(|delta| active.emit(delta));
                    if ended {
                        active.finish();
                    }
                }
                Err(problem) => active.fail(problem),
            }
        }
        Ok(())
    }

    fn release(&mut self, sequence: Sequence) {
        // Its slot frees the memory.
        drop(sequence);
    }
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
