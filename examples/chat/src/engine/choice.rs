//! The choice of the tokens of one response.

use std::collections::BTreeMap;
use std::fmt;

use avocet_ai::constrain::{Constraint, ConstraintError};
use avocet_ai::generate::Sampling;

use crate::sampling::{Sampler, draw_seed};

/// Chooses the tokens of one response: adjusts the logits, masks those that the format excludes, and samples.
#[derive(Debug)]
pub struct Choice {
    sampler: Sampler,
    sampling: Sampling,
    constraint: Option<Constraint>,
    /// How often the response has each token.
    counts: BTreeMap<u32, u16>,
    /// A buffer.
    logits: Vec<f32>,
}

/// An error of the choice of a token.
#[derive(Debug)]
pub enum ChoiceError {
    /// The model computed no finite number.
    NotFinite,
    /// The constraint of the format failed.
    Constraint(ConstraintError),
}

impl Choice {
    pub(super) fn new(sampling: Sampling, constraint: Option<Constraint>) -> Self {
        let temperature = sampling.temperature.unwrap_or(1.0);
        let seed = sampling.seed.unwrap_or_else(draw_seed);
        let mut sampler = Sampler::new(temperature, seed);
        if let Some(share) = sampling.top_p {
            sampler = sampler.top_p(share);
        }
        if let Some(count) = sampling.top_k {
            sampler = sampler.top_k(count);
        }
        Self {
            sampler,
            sampling,
            constraint,
            counts: BTreeMap::new(),
            logits: Vec::new(),
        }
    }

    /// Chooses the next token. `ends_soon` leads a response with a format to its end.
    pub(super) fn choose(&mut self, logits: &[f32], ends_soon: bool) -> Result<u32, ChoiceError> {
        if !self.changes_logits() {
            return self.sampler.choose(logits).ok_or(ChoiceError::NotFinite);
        }
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        self.adjust();
        if let Some(constraint) = &mut self.constraint {
            let masked = if ends_soon {
                constraint.mask_to_end(&mut self.logits)
            } else {
                constraint.mask(&mut self.logits)
            };
            masked.map_err(ChoiceError::Constraint)?;
        }
        let token = self.sampler.choose(&self.logits);
        let token = token.ok_or(ChoiceError::NotFinite)?;
        let count = self.counts.entry(token).or_default();
        *count = count.saturating_add(1);
        if let Some(constraint) = &mut self.constraint {
            constraint.accept(token).map_err(ChoiceError::Constraint)?;
        }
        Ok(token)
    }

    /// Returns whether the format allows no more tokens.
    pub(super) fn is_complete(&self) -> bool {
        let constraint = self.constraint.as_ref();
        constraint.is_some_and(Constraint::is_complete)
    }

    fn changes_logits(&self) -> bool {
        let sampling = &self.sampling;
        self.constraint.is_some()
            || !sampling.logit_bias.is_empty()
            || sampling.presence_penalty.is_some()
            || sampling.frequency_penalty.is_some()
    }

    fn adjust(&mut self) {
        let presence = self.sampling.presence_penalty.unwrap_or(0.0);
        let frequency = self.sampling.frequency_penalty.unwrap_or(0.0);
        for (token, count) in &self.counts {
            self.logits[*token as usize] -= presence + frequency * f32::from(*count);
        }
        for (token, bias) in &self.sampling.logit_bias {
            self.logits[*token as usize] += bias;
        }
    }
}

impl fmt::Display for ChoiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => f.write_str("it computed no finite number"),
            Self::Constraint(error) => write!(f, "the format of the response failed: {error}"),
        }
    }
}

impl std::error::Error for ChoiceError {}
