//! Keys and values of the tokens that a sequence has processed.

use candle_core::{DType, Device, Result, Tensor};

use super::config::Config;

/// The attention cache of one sequence: every layer's keys and values.
///
/// The capacity doubles with the sequence up to the context, so that a short chat on a model with a long context uses little memory.
#[derive(Debug)]
pub struct Cache {
    pub(super) layers: Vec<LayerCache>,
    length: usize,
}

impl Cache {
    /// Creates an empty cache for one sequence on this model.
    pub fn new(config: &Config) -> Self {
        let layer = LayerCache {
            stored: None,
            limit: config.context,
        };
        Self {
            layers: vec![layer; config.layers],
            length: 0,
        }
    }

    /// Returns the number of cached tokens.
    pub fn length(&self) -> usize {
        self.length
    }

    pub(super) fn advance(&mut self, tokens: usize) {
        self.length += tokens;
    }
}

/// The cache of one layer.
#[derive(Clone, Debug)]
pub(super) struct LayerCache {
    /// Keys and values, each `[key_value_heads, room, head]`.
    stored: Option<(Tensor, Tensor)>,
    limit: usize,
}

impl LayerCache {
    /// Adds `[key_value_heads, tokens, head]` after the first `length` tokens and returns all of
    /// them, `[key_value_heads, length + tokens, head]`, as views.
    pub(super) fn append(
        &mut self,
        length: usize,
        keys: &Tensor,
        values: &Tensor,
    ) -> Result<(Tensor, Tensor)> {
        let total = length + keys.dim(1)?;
        let stored = match self.stored.take() {
            Some((old_keys, old_values)) => (
                self.with_room(&old_keys, length, total)?,
                self.with_room(&old_values, length, total)?,
            ),
            None => (self.room(keys, total)?, self.room(values, total)?),
        };
        stored.0.slice_set(&keys.contiguous()?, 1, length)?;
        stored.1.slice_set(&values.contiguous()?, 1, length)?;
        let views = (stored.0.narrow(1, 0, total)?, stored.1.narrow(1, 0, total)?);
        self.stored = Some(stored);
        Ok(views)
    }

    fn with_room(&self, old: &Tensor, length: usize, total: usize) -> Result<Tensor> {
        if total <= old.dim(1)? {
            return Ok(old.clone());
        }
        let new = self.room(old, total)?;
        new.slice_set(&old.narrow(1, 0, length)?.contiguous()?, 1, 0)?;
        Ok(new)
    }

    fn room(&self, like: &Tensor, total: usize) -> Result<Tensor> {
        const SMALLEST: usize = 64;
        let (heads, _, head) = like.dims3()?;
        let room = total
            .next_power_of_two()
            .max(SMALLEST)
            .min(self.limit.max(total));
        Tensor::zeros((heads, room, head), DType::F32, &Device::Cpu)
    }
}
