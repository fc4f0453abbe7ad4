//! Vectors of texts without the format of an API.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::generate::GenerateError;

/// Texts to embed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EmbedRequest {
    /// The name of the model.
    pub model: String,
    /// The texts.
    pub inputs: Vec<EmbedInput>,
    /// The number of dimensions that the vectors should have, for a model that has several.
    pub dimensions: Option<u32>,
}

impl EmbedRequest {
    /// Creates a request for vectors with the model's own number of dimensions.
    ///
    /// ```
    /// use avocet_ai::embed::{EmbedInput, EmbedRequest};
    ///
    /// let request = EmbedRequest::new("minilm", vec![EmbedInput::Text("An avocet wades.".into())]);
    /// assert_eq!(request.dimensions, None);
    /// ```
    pub fn new(model: impl Into<String>, inputs: Vec<EmbedInput>) -> Self {
        Self {
            model: model.into(),
            inputs,
            dimensions: None,
        }
    }
}

/// A text to embed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmbedInput {
    /// A text.
    Text(String),
    /// Tokens of the model.
    Tokens(Vec<u32>),
}

/// The vectors of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    /// A vector for each input, in their order.
    pub vectors: Vec<Vec<f32>>,
    /// The tokens of all inputs together.
    pub tokens: u32,
}

/// A model that embeds texts.
///
/// ```
/// use avocet_ai::embed::{EmbedRequest, Embedded, EmbeddingModel};
/// use avocet_ai::generate::GenerateError;
///
/// /// Embeds everything as the same vector.
/// struct Constant;
///
/// impl EmbeddingModel for Constant {
///     async fn embed(&self, request: EmbedRequest) -> Result<Embedded, GenerateError> {
///         Ok(Embedded { vectors: vec![vec![0.6, 0.8]; request.inputs.len()], tokens: 0 })
///     }
/// }
/// ```
pub trait EmbeddingModel: Send + Sync + 'static {
    /// Returns a vector for each input.
    ///
    /// # Errors
    /// If an input is not valid for the model, or the queue rejects the request.
    fn embed(
        &self,
        request: EmbedRequest,
    ) -> impl Future<Output = Result<Embedded, GenerateError>> + Send;
}

/// A model with its type erased.
pub(crate) type SharedEmbedder = Arc<dyn AnyEmbedder>;

/// [`EmbeddingModel`] with a boxed future.
pub(crate) trait AnyEmbedder: Send + Sync {
    fn embed(
        &self,
        request: EmbedRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Embedded, GenerateError>> + Send + '_>>;
}

impl<M: EmbeddingModel> AnyEmbedder for M {
    fn embed(
        &self,
        request: EmbedRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Embedded, GenerateError>> + Send + '_>> {
        Box::pin(EmbeddingModel::embed(self, request))
    }
}
