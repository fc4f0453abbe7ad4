//! The tensors of `model.safetensors`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use crate::error::LoadError;

/// All tensors of a checkpoint by name.
#[derive(Debug)]
pub(super) struct Weights {
    path: PathBuf,
    tensors: HashMap<String, Tensor>,
}

impl Weights {
    pub(super) fn read(folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join("model.safetensors");
        // The error of candle does not say that the file is missing.
        let bytes = std::fs::read(&path).map_err(|error| LoadError::new(&path, error))?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu)
            .map_err(|error| LoadError::new(&path, error))?;
        Ok(Self { path, tensors })
    }

    /// Takes the tensor `name`, which must have this shape, as `f32`.
    pub(super) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, LoadError> {
        let failed = |problem: String| LoadError::new(&self.path, problem);
        let tensor = self
            .tensors
            .remove(name)
            .ok_or_else(|| failed(format!("has no tensor `{name}`")))?;
        let found = tensor.dims();
        if found != shape {
            return Err(failed(format!(
                "tensor `{name}` has shape {found:?}; config.json asks for {shape:?}"
            )));
        }
        let stored = tensor.dtype();
        if !matches!(stored, DType::F16 | DType::BF16 | DType::F32) {
            return Err(failed(format!(
                "tensor `{name}` is stored as {stored:?}; only F16, BF16 and F32 are supported"
            )));
        }
        tensor
            .to_dtype(DType::F32)
            .map_err(|error| failed(error.to_string()))
    }

    /// Takes the vector `name` of this length.
    pub(super) fn take_vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, LoadError> {
        self.take(name, &[length])?
            .to_vec1()
            .map_err(|error| LoadError::new(&self.path, error))
    }
}
