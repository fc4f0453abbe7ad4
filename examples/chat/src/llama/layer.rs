//! One transformer layer and its parts.

use pulp::Arch;

use super::attention::{Attention, Scratch};
use super::batch::{Buffers, Run};
use super::config::Config;
use super::linear::Linear;
use super::rope::Angles;
use super::vector::{exp, sum};
use super::weights::Weights;
use crate::error::LoadError;

/// Attention, then the feed-forward block, each added to its input.
#[derive(Debug)]
pub(super) struct Layer {
    index: usize,
    heads: usize,
    attention_norm: Norm,
    /// The query, key and value projections, side by side.
    projections: Linear,
    output: Linear,
    mlp_norm: Norm,
    /// The gate and up projections, side by side.
    gates: Linear,
    down: Linear,
}

impl Layer {
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        index: usize,
    ) -> Result<Self, LoadError> {
        let &Config {
            hidden,
            intermediate,
            attention_bias,
            mlp_bias,
            ..
        } = config;
        let (queries, keys) = (
            config.heads * config.head,
            config.key_value_heads * config.head,
        );
        let name = |part: &str| format!("model.layers.{index}.{part}");
        let mut linear = |inputs, bias, parts: &[(&str, usize)]| {
            let parts: Vec<_> = parts
                .iter()
                .map(|(part, outputs)| (name(part), *outputs))
                .collect();
            Linear::load(weights, inputs, bias, &parts)
        };
        let projections = [
            ("self_attn.q_proj", queries),
            ("self_attn.k_proj", keys),
            ("self_attn.v_proj", keys),
        ];
        let gates = [
            ("mlp.gate_proj", intermediate),
            ("mlp.up_proj", intermediate),
        ];
        Ok(Self {
            index,
            heads: config.heads,
            projections: linear(hidden, attention_bias, &projections)?,
            output: linear(queries, attention_bias, &[("self_attn.o_proj", hidden)])?,
            gates: linear(hidden, mlp_bias, &gates)?,
            down: linear(intermediate, mlp_bias, &[("mlp.down_proj", hidden)])?,
            attention_norm: Norm::load(weights, config, &name("input_layernorm"))?,
            mlp_norm: Norm::load(weights, config, &name("post_attention_layernorm"))?,
        })
    }

    /// Computes the rows of all runs, `[rows, hidden]` in `buffers.x`, and adds their keys and values to the slots.
    pub(super) fn forward(&self, runs: &mut [Run<'_>], buffers: &mut Buffers) {
        let Buffers {
            x,
            normed,
            wide,
            narrow,
            blocks,
            scratch,
            angles,
        } = buffers;
        self.attention_norm.forward(x, normed);
        self.projections.forward(normed, wide, blocks);
        self.attend(runs, angles, wide, narrow, scratch);
        self.output.forward(narrow, normed, blocks);
        add(x, normed);

        self.mlp_norm.forward(x, normed);
        self.gates.forward(normed, wide, blocks);
        gate(wide, self.down.inputs(), narrow);
        self.down.forward(narrow, normed, blocks);
        add(x, normed);
    }

    /// Computes rows of queries, keys and values to rows of mixed values, each run from its own slot.
    fn attend(
        &self,
        runs: &mut [Run<'_>],
        angles: &Angles,
        projected: &mut [f32],
        mixed: &mut Vec<f32>,
        scratch: &mut Scratch,
    ) {
        let (width, stride) = (self.output.inputs(), self.projections.outputs());
        mixed.resize(projected.len() / stride * width, 0.0);
        let (mut projected, mut mixed, mut first) = (projected, mixed.as_mut_slice(), 0);
        for run in runs {
            let count = run.tokens.len();
            let (rows, rest_projected) = projected.split_at_mut(count * stride);
            let (run_mixed, rest_mixed) = mixed.split_at_mut(count * width);
            let past = run.slot.length();
            for (index, row) in rows.chunks_exact_mut(stride).enumerate() {
                let (queries, row) = row.split_at_mut(width);
                let (keys, values) = row.split_at_mut(row.len() / 2);
                let head = run.slot.layout().head;
                angles.turn(first + index, head, queries);
                angles.turn(first + index, head, keys);
                run.slot.write(self.index, past + index, keys, values);
            }
            let attention = Attention {
                layout: run.slot.layout(),
                layer: self.index,
                pages: run.slot.pages(),
                past,
                heads: self.heads,
                queries: rows,
                stride,
                mixed: run_mixed,
                scratch,
            };
            attention.run();
            (projected, mixed, first) = (rest_projected, rest_mixed, first + count);
        }
    }
}

/// Scales each row to a root mean square of one, then by a learned weight.
#[derive(Debug)]
pub(super) struct Norm {
    /// `[hidden]`
    weight: Vec<f32>,
    epsilon: f32,
}

impl Norm {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "f32 is the precision models are trained with"
    )]
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        name: &str,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            weight: weights.take(&format!("{name}.weight"), &[config.hidden])?,
            epsilon: config.norm_epsilon as f32,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "rows are a few thousand wide")]
    pub(super) fn forward(&self, x: &[f32], normed: &mut Vec<f32>) {
        normed.resize(x.len(), 0.0);
        let width = self.weight.len();
        Arch::new().dispatch(|| {
            let rows = x.chunks_exact(width).zip(normed.chunks_exact_mut(width));
            for (row, normed) in rows {
                let mean = sum(row, |x| x * x) / width as f32;
                let factor = 1.0 / (mean + self.epsilon).sqrt();
                for ((x, weight), normed) in row.iter().zip(&self.weight).zip(normed) {
                    *normed = x * factor * weight;
                }
            }
        });
    }
}

/// Adds `more` to `x`.
fn add(x: &mut [f32], more: &[f32]) {
    x.iter_mut().zip(more).for_each(|(x, more)| *x += more);
}

/// Computes rows of `[gate, up]`, each of this width, to `silu(gate) * up`.
fn gate(rows: &[f32], width: usize, out: &mut Vec<f32>) {
    out.resize(rows.len() / 2, 0.0);
    Arch::new().dispatch(|| {
        let rows = rows.chunks_exact(2 * width);
        for (row, out) in rows.zip(out.chunks_exact_mut(width)) {
            let (gates, ups) = row.split_at(width);
            for ((gate, up), out) in gates.iter().zip(ups).zip(out) {
                *out = gate / (1.0 + exp(-gate)) * up;
            }
        }
    });
}
