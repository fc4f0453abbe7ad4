//! `Catalog`: the models of a service by their names.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::embed::{EmbeddingModel, SharedEmbedder};
use crate::embedding_tensors::EmbeddingTensors;
use crate::generate::{GenerateError, LanguageModel, SharedModel};
use crate::tensor::{SharedTensorModel, TensorModel};

/// The models of a service by the names that clients use. Several APIs can share one: a clone has the same models.
///
/// A model whose workers must start with the application is also a [`component`](avocet::App::component) of it.
///
/// ```
/// use avocet::App;
/// use avocet_ai::{Catalog, OpenAi};
/// # use avocet_ai::embed::{EmbedRequest, Embedded, EmbeddingModel};
/// # use avocet_ai::generate::GenerateError;
/// # struct MiniLm;
/// # impl EmbeddingModel for MiniLm {
/// #     async fn embed(&self, request: EmbedRequest) -> Result<Embedded, GenerateError> {
/// #         Ok(Embedded { vectors: vec![vec![1.0]; request.inputs.len()], tokens: 1 })
/// #     }
/// # }
///
/// let models = Catalog::new().embedding("minilm", MiniLm);
/// let app = App::new("Models", "1.0.0").plugin(OpenAi::new(models));
/// ```
#[derive(Clone, Default)]
pub struct Catalog {
    models: BTreeMap<String, Entry>,
}

/// A model: it can generate text, embed, infer tensors, or several of these.
#[derive(Clone, Default)]
struct Entry {
    language: Option<SharedModel>,
    embedding: Option<SharedEmbedder>,
    tensor: Option<SharedTensorModel>,
    created: u64,
}

impl Catalog {
    /// Creates an empty catalog.
    ///
    /// ```
    /// let models = avocet_ai::Catalog::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model that generates text. A second model of the same name replaces it.
    ///
    /// ```
    /// # use avocet_ai::generate::{Deltas, GenerateError, GenerateRequest, LanguageModel, deltas};
    /// # struct Llama;
    /// # impl LanguageModel for Llama {
    /// #     async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
    /// #         Err(GenerateError::unsupported("model", "not loaded"))
    /// #     }
    /// # }
    /// let models = avocet_ai::Catalog::new().language("tiny-llama", Llama);
    /// ```
    pub fn language(mut self, name: impl Into<String>, model: impl LanguageModel) -> Self {
        self.entry(name).language = Some(Arc::new(model));
        self
    }

    /// Adds a model that embeds texts. A second model of the same name replaces it.
    ///
    /// ```
    /// # use avocet_ai::embed::{EmbedRequest, Embedded, EmbeddingModel};
    /// # use avocet_ai::generate::GenerateError;
    /// # struct MiniLm;
    /// # impl EmbeddingModel for MiniLm {
    /// #     async fn embed(&self, _: EmbedRequest) -> Result<Embedded, GenerateError> {
    /// #         Err(GenerateError::unsupported("model", "not loaded"))
    /// #     }
    /// # }
    /// let models = avocet_ai::Catalog::new().embedding("minilm", MiniLm);
    /// ```
    pub fn embedding(mut self, name: impl Into<String>, model: impl EmbeddingModel) -> Self {
        self.entry(name).embedding = Some(Arc::new(model));
        self
    }

    /// Adds a model from tensors to tensors. A second model of the same name replaces it.
    ///
    /// ```
    /// # use avocet_ai::generate::GenerateError;
    /// # use avocet_ai::tensor::{ModelMetadata, TensorModel, TensorRequest, TensorResponse};
    /// # struct Iris;
    /// # impl TensorModel for Iris {
    /// #     fn metadata(&self) -> ModelMetadata {
    /// #         ModelMetadata { platform: "rust".into(), versions: vec![], inputs: vec![], outputs: vec![] }
    /// #     }
    /// #     async fn infer(&self, _: TensorRequest) -> Result<TensorResponse, GenerateError> {
    /// #         Ok(TensorResponse::default())
    /// #     }
    /// # }
    /// let models = avocet_ai::Catalog::new().tensor("iris", Iris);
    /// ```
    pub fn tensor(mut self, name: impl Into<String>, model: impl TensorModel) -> Self {
        self.entry(name).tensor = Some(Arc::new(model));
        self
    }

    fn entry(&mut self, name: impl Into<String>) -> &mut Entry {
        let entry = self.models.entry(name.into()).or_default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        entry.created = now.as_ref().map_or(0, Duration::as_secs);
        entry
    }

    /// Returns the model that generates text under this name.
    pub(crate) fn language_model(&self, name: &str) -> Result<&SharedModel, GenerateError> {
        let entry = self.models.get(name);
        let model = entry.ok_or_else(|| GenerateError::UnknownModel(name.to_owned()))?;
        model.language.as_ref().ok_or_else(|| {
            GenerateError::unsupported(
                "model",
                format_args!("the model `{name}` does not generate text"),
            )
        })
    }

    /// Returns the model that embeds under this name.
    pub(crate) fn embedding_model(&self, name: &str) -> Result<&SharedEmbedder, GenerateError> {
        let entry = self.models.get(name);
        let model = entry.ok_or_else(|| GenerateError::UnknownModel(name.to_owned()))?;
        model.embedding.as_ref().ok_or_else(|| {
            GenerateError::unsupported(
                "model",
                format_args!("the model `{name}` does not embed texts"),
            )
        })
    }

    /// Returns all models that infer tensors, with their names: also those that embed texts, as models of tensors.
    pub(crate) fn tensor_models(&self) -> BTreeMap<String, SharedTensorModel> {
        let models = self.models.iter().filter_map(|(name, entry)| {
            let model = entry.tensor.clone().or_else(|| {
                Some(Arc::new(EmbeddingTensors {
                    name: name.clone(),
                    model: entry.embedding.clone()?,
                }) as SharedTensorModel)
            })?;
            Some((name.clone(), model))
        });
        models.collect()
    }

    /// Returns whether a model generates text.
    pub(crate) fn generates(&self) -> bool {
        self.models.values().any(|entry| entry.language.is_some())
    }

    /// Returns whether a model embeds texts.
    pub(crate) fn embeds(&self) -> bool {
        self.models.values().any(|entry| entry.embedding.is_some())
    }

    /// Returns the names of the models that generate text or embed, with the seconds since 1970 when they were added.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, u64)> {
        let models = self.models.iter();
        models
            .filter(|(_, entry)| entry.language.is_some() || entry.embedding.is_some())
            .map(|(name, entry)| (name.as_str(), entry.created))
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.models.keys()).finish()
    }
}
