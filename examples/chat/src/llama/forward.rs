//! The whole model: tokens to hidden states and logits.

use std::ops::Range;
use std::path::Path;

use super::batch::{ForwardError, Output, Outputs, Run, Workspace};
use super::cache::Layout;
use super::config::Config;
use super::layer::{Layer, Norm};
use super::linear::Linear;
use super::rope::Rotation;
use super::weights::Weights;
use crate::error::LoadError;

/// A Llama model with its weights.
#[derive(Debug)]
pub struct Llama {
    config: Config,
    layout: Layout,
    /// `[vocabulary, hidden]`
    embeddings: Linear,
    layers: Vec<Layer>,
    norm: Norm,
    /// `None` if it is the embedding matrix.
    output: Option<Linear>,
    rotation: Rotation,
    parameters: usize,
}

impl Llama {
    /// Loads a model from a folder with `config.json` and `safetensors` files.
    ///
    /// # Errors
    /// Fails if the folder is incomplete, or holds a model other than Llama.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let config = Config::read(folder)?;
        let mut weights = Weights::read(folder)?;
        let embeddings = Linear::of_tokens(&mut weights, &config, "model.embed_tokens.weight")?;
        let layers = (0..config.layers)
            .map(|index| Layer::load(&mut weights, &config, index))
            .collect::<Result<_, _>>()?;
        let norm = Norm::load(&mut weights, &config, "model.norm")?;
        let output = if config.tied_embeddings {
            None
        } else {
            Some(Linear::of_tokens(&mut weights, &config, "lm_head.weight")?)
        };
        Ok(Self {
            layout: Layout::new(&config),
            rotation: Rotation::new(config.head, &config.rope),
            parameters: weights.taken(),
            config,
            embeddings,
            layers,
            norm,
            output,
        })
    }

    /// Returns the dimensions of this model.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the number of trained parameters.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Reads the new tokens of several sequences in one pass and adds them to their slots.
    ///
    /// All matrix products run over the tokens of all runs at once. Each sequence's result is the same, bit for bit, as in a pass of its own,
    /// and does not depend on the lengths of the parts in which its tokens arrive.
    ///
    /// A pass takes time in proportion to its tokens. To keep the time between the tokens of running sequences short, read a long prompt in
    /// parts, each in the same pass as the running sequences' tokens.
    ///
    /// # Errors
    /// Fails if a run is empty, has an unknown token, or does not fit its slot. The slots are unchanged.
    ///
    /// ```
    /// use chat::llama::{KvCache, Llama, Output, Run, Workspace};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let model = Llama::load("tests/data/grouped".as_ref())?;
    /// let cache = KvCache::new(model.config(), 64);
    /// let mut slots = [cache.reserve(32).unwrap(), cache.reserve(32).unwrap()];
    /// let [first, second] = &mut slots;
    /// let mut runs = [
    ///     Run { slot: first, tokens: &[5, 6, 7], output: Output::NextLogits },
    ///     Run { slot: second, tokens: &[8, 9], output: Output::Nothing },
    /// ];
    /// let mut workspace = Workspace::default();
    /// let outputs = model.forward(&mut runs, &mut workspace)?;
    /// assert_eq!(outputs.of(0).len(), model.config().vocabulary);
    /// assert!(outputs.of(1).is_empty());
    /// assert_eq!(slots[1].length(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn forward<'w>(
        &self,
        runs: &mut [Run<'_>],
        workspace: &'w mut Workspace,
    ) -> Result<Outputs<'w>, ForwardError> {
        self.check(runs)?;
        self.start(runs, workspace);
        for layer in &self.layers {
            layer.forward(runs, &mut workspace.buffers);
        }
        self.finish(runs, workspace);
        for run in runs {
            run.slot.advance(run.tokens.len());
        }
        Ok(Outputs::new(workspace, &self.config))
    }

    fn check(&self, runs: &[Run<'_>]) -> Result<(), ForwardError> {
        let vocabulary = self.config.vocabulary;
        for (run, Run { slot, tokens, .. }) in runs.iter().enumerate() {
            if tokens.is_empty() {
                return Err(ForwardError::NoTokens { run });
            }
            if let Some(&token) = tokens.iter().find(|token| **token as usize >= vocabulary) {
                return Err(ForwardError::UnknownToken {
                    run,
                    token,
                    vocabulary,
                });
            }
            if *slot.layout() != self.layout || slot.capacity() > self.config.context {
                return Err(ForwardError::OtherModel { run });
            }
            if tokens.len() > slot.capacity() - slot.length() {
                return Err(ForwardError::SlotFull {
                    run,
                    tokens: tokens.len(),
                    length: slot.length(),
                    capacity: slot.capacity(),
                });
            }
        }
        Ok(())
    }

    /// Prepares the rows: the tokens' embeddings and the angles of their positions.
    fn start(&self, runs: &mut [Run<'_>], workspace: &mut Workspace) {
        let buffers = &mut workspace.buffers;
        let hidden = self.config.hidden;
        let rows: usize = runs.iter().map(|run| run.tokens.len()).sum();
        buffers.x.resize(rows * hidden, 0.0);
        buffers.angles.clear();
        let mut x = buffers.x.chunks_exact_mut(hidden);
        for run in runs {
            let (past, count) = (run.slot.length(), run.tokens.len());
            self.rotation.add(past, count, &mut buffers.angles);
            for (token, row) in run.tokens.iter().zip(&mut x) {
                self.embeddings.row(*token as usize, row);
            }
            run.slot.grow(count);
        }
    }

    /// Computes the outputs from the rows that have one.
    fn finish(&self, runs: &[Run<'_>], workspace: &mut Workspace) {
        let Workspace {
            buffers,
            logits,
            hidden,
            spans,
        } = workspace;
        let width = self.config.hidden;
        self.norm.forward(&buffers.x, &mut buffers.normed);
        let chosen = &mut buffers.narrow;
        chosen.clear();
        hidden.clear();
        spans.clear();
        let mut rest = buffers.normed.as_slice();
        for run in runs {
            let (rows, later) = rest.split_at(run.tokens.len() * width);
            rest = later;
            let span = match run.output {
                Output::Nothing => 0..0,
                Output::NextLogits => append(chosen, &rows[rows.len() - width..], width),
                Output::Logits => append(chosen, rows, width),
                Output::Hidden => append(hidden, rows, width),
            };
            spans.push((run.output, span));
        }
        let output = self.output.as_ref().unwrap_or(&self.embeddings);
        output.forward(chosen, logits, &mut buffers.blocks);
    }
}

/// Adds rows of this width at the end and returns their indices.
fn append(to: &mut Vec<f32>, rows: &[f32], width: usize) -> Range<usize> {
    let start = to.len() / width;
    to.extend_from_slice(rows);
    start..to.len() / width
}
