//! A model that embeds texts as a model of tensors.

use avocet::inference::{InferenceError, ModelError};

use crate::embed::{EmbedInput, EmbedRequest, SharedEmbedder};
use crate::generate::GenerateError;
use crate::tensor::{
    Datatype, ModelMetadata, Tensor, TensorMetadata, TensorModel, TensorRequest, TensorResponse,
};

/// Embeds the input `text` as the output `embedding`.
pub(crate) struct EmbeddingTensors {
    pub(crate) name: String,
    pub(crate) model: SharedEmbedder,
}

impl TensorModel for EmbeddingTensors {
    fn metadata(&self) -> ModelMetadata {
        ModelMetadata {
            platform: "avocet".to_owned(),
            versions: Vec::new(),
            inputs: vec![TensorMetadata::new("text", Datatype::Bytes, [-1])],
            outputs: vec![TensorMetadata::new("embedding", Datatype::Fp32, [-1, -1])],
        }
    }

    async fn infer(&self, request: TensorRequest) -> Result<TensorResponse, GenerateError> {
        let texts = request.input("text").and_then(Tensor::values::<Vec<u8>>);
        let texts = texts.unwrap_or_default().iter().enumerate();
        let texts = texts.map(|(index, text)| {
            let text = String::from_utf8(text.clone()).map_err(|_| {
                let message = format!("input `text`: element {index} is not UTF-8");
                GenerateError::invalid("text", message)
            })?;
            Ok(EmbedInput::Text(text))
        });
        let texts = texts.collect::<Result<Vec<_>, GenerateError>>()?;
        let count = texts.len();
        let vectors = if texts.is_empty() {
            Vec::new()
        } else {
            let request = EmbedRequest::new(self.name.clone(), texts);
            self.model.embed(request).await?.vectors
        };
        let size = vectors.first().map_or(0, Vec::len);
        let embedding = Tensor::of([count, size], vectors.concat())
            .map_err(|error| InferenceError::Model(ModelError::new(error.to_string())))?;
        Ok(TensorResponse {
            outputs: vec![("embedding".to_owned(), embedding)],
        })
    }
}
