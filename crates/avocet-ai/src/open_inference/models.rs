//! The models of tensors of a service.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::generate::GenerateError;
use crate::tensor::{ModelMetadata, SharedTensorModel};

/// The models of tensors by name.
#[derive(Clone)]
pub(super) struct Models(Arc<BTreeMap<String, SharedTensorModel>>);

impl Models {
    pub(super) fn new(models: BTreeMap<String, SharedTensorModel>) -> Self {
        Self(Arc::new(models))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &SharedTensorModel)> {
        self.0.iter()
    }

    /// Returns a model with its metadata, if it has the version.
    pub(super) fn find(
        &self,
        name: &str,
        version: Option<&str>,
    ) -> Result<(&SharedTensorModel, ModelMetadata), GenerateError> {
        let model = self.0.get(name);
        let model = model.ok_or_else(|| GenerateError::UnknownModel(name.to_owned()))?;
        let metadata = model.metadata();
        match version {
            Some(version) if !metadata.versions.iter().any(|own| own == version) => Err(
                GenerateError::UnknownModel(format!("{name}/versions/{version}")),
            ),
            _ => Ok((model, metadata)),
        }
    }
}
