//! Weights from `safetensors` files: one, or several with an index.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use candle_core::safetensors::SliceSafetensors;
use candle_core::{DType, Device, Tensor};
use serde::Deserialize;

use crate::error::{LoadError, read};

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// All tensors of a checkpoint by name, as `f32`.
#[derive(Debug)]
pub struct Weights {
    tensors: HashMap<String, (PathBuf, Tensor)>,
    /// The file that an error names if a tensor is missing: the only file, or the index.
    source: PathBuf,
    taken: usize,
}

impl Weights {
    /// Reads `model.safetensors`, or the files that `model.safetensors.index.json` lists.
    ///
    /// # Errors
    /// Fails if a file is missing or malformed, or holds numbers other than f16, bf16 and f32.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let single = folder.join(SINGLE);
        let index = folder.join(INDEX);
        let mut weights = Self {
            tensors: HashMap::new(),
            source: single.clone(),
            taken: 0,
        };
        if single.exists() {
            weights.add(&single)?;
        } else if index.exists() {
            for file in shards(&index)? {
                weights.add(&folder.join(file))?;
            }
            weights.source = index;
        } else {
            let problem = format!("holds neither {SINGLE} nor {INDEX}");
            return Err(LoadError::new(folder, problem));
        }
        Ok(weights)
    }

    /// Takes the numbers of the tensor `name`, which must have this shape, row after row.
    ///
    /// # Errors
    /// Fails if the tensor is missing or has a different shape.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, LoadError> {
        let Some((path, tensor)) = self.tensors.remove(name) else {
            let problem = format!("has no tensor `{name}`");
            return Err(LoadError::new(&self.source, problem));
        };
        if tensor.dims() != shape {
            let found = tensor.dims();
            let problem =
                format!("tensor `{name}` has shape {found:?}; config.json asks for {shape:?}");
            return Err(LoadError::new(path, problem));
        }
        self.taken += tensor.elem_count();
        tensor
            .flatten_all()
            .and_then(|numbers| numbers.to_vec1())
            .map_err(|error| LoadError::new(path, error))
    }

    /// Returns how many numbers were taken so far.
    pub fn taken(&self) -> usize {
        self.taken
    }

    fn add(&mut self, path: &Path) -> Result<(), LoadError> {
        let bytes = read(path)?;
        let failed = |error| LoadError::new(path, error);
        let file = SliceSafetensors::new(&bytes).map_err(failed)?;
        for (name, view) in file.tensors() {
            let stored = DType::try_from(view.dtype()).map_err(failed)?;
            if !matches!(stored, DType::F16 | DType::BF16 | DType::F32) {
                let problem = format!(
                    "tensor `{name}` is stored as {stored:?}; only F16, BF16 and F32 are supported"
                );
                return Err(LoadError::new(path, problem));
            }
            let tensor = Tensor::from_raw_buffer(view.data(), stored, view.shape(), &Device::Cpu)
                .and_then(|tensor| tensor.to_dtype(DType::F32))
                .map_err(failed)?;
            self.tensors.insert(name, (path.to_owned(), tensor));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Index {
    weight_map: HashMap<String, String>,
}

fn shards(index: &Path) -> Result<BTreeSet<String>, LoadError> {
    let parsed: Index =
        serde_json::from_slice(&read(index)?).map_err(|error| LoadError::new(index, error))?;
    Ok(parsed.weight_map.into_values().collect())
}
