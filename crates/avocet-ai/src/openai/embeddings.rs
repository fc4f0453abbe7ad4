//! `POST /embeddings`.

use avocet::extract::Body;
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::route::Route;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::options::TextInput;
use crate::catalog::Catalog;
use crate::embed::{EmbedInput, EmbedRequest, Embedded};
use crate::generate::GenerateError;

/// Texts to embed.
#[model(input, name = "OpenAiEmbeddingsRequest")]
struct EmbeddingsRequest {
    /// The name of a model.
    model: String,
    /// One or several texts, as strings or as tokens.
    input: TextInput,
    /// The format of the vectors.
    encoding_format: Option<EncodingFormat>,
    /// The number of dimensions, for a model that has several.
    #[field(ge = 1)]
    dimensions: Option<u32>,
}

/// The format of vectors.
#[model(input, name = "OpenAiEncodingFormat")]
#[derive(Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum EncodingFormat {
    /// An array of numbers.
    Float,
    /// Base64 text of little-endian 32-bit floats.
    Base64,
}

/// The vectors of texts.
#[model(output, name = "OpenAiEmbeddingsResponse")]
struct EmbeddingsResponse {
    /// Always `list`.
    object: &'static str,
    /// A vector for each text.
    data: Vec<EmbeddingItem>,
    /// The model.
    model: String,
    /// The tokens used.
    usage: EmbeddingsUsage,
}

/// The vector of a text.
#[model(output, name = "OpenAiEmbeddingItem")]
struct EmbeddingItem {
    /// Always `embedding`.
    object: &'static str,
    /// Counts the texts, from 0.
    index: usize,
    /// The vector, in the format of the request.
    embedding: EncodedVector,
}

/// A vector.
#[model(output, name = "OpenAiEncodedVector")]
#[serde(untagged)]
enum EncodedVector {
    /// Numbers.
    Float(Vec<f32>),
    /// Base64 text of little-endian 32-bit floats.
    Base64(String),
}

/// The tokens used.
#[model(output, name = "OpenAiEmbeddingsUsage")]
struct EmbeddingsUsage {
    /// In all texts.
    prompt_tokens: u32,
    /// The same.
    total_tokens: u32,
}

pub(super) fn route(models: Catalog) -> Route {
    let operation = Operation::post("/embeddings")
        .id("create_embeddings")
        .summary("Embed texts as vectors")
        .description("Texts with similar meanings have similar vectors. With `encoding_format` `base64`, a vector is little-endian 32-bit floats.");
    operation.handle((Body::new(),), move |(request,)| {
        let models = models.clone();
        async move { embed(&models, request).await }
    })
}

async fn embed(
    models: &Catalog,
    request: EmbeddingsRequest,
) -> Result<EmbeddingsResponse, GenerateError> {
    let model = models.embedding_model(&request.model)?;
    let mut inputs = EmbedRequest::new(request.model.clone(), inputs_of(request.input));
    inputs.dimensions = request.dimensions;
    let Embedded { vectors, tokens } = model.embed(inputs).await?;
    if let (Some(wanted), Some(vector)) = (request.dimensions, vectors.first())
        && vector.len() != wanted as usize
    {
        let message = format!("the vectors of this model have {} dimensions", vector.len());
        return Err(GenerateError::invalid("dimensions", message));
    }
    let format = request.encoding_format.unwrap_or(EncodingFormat::Float);
    let items = vectors.into_iter().enumerate();
    let items = items.map(|(index, vector)| EmbeddingItem {
        object: "embedding",
        index,
        embedding: EncodedVector::new(vector, format),
    });
    Ok(EmbeddingsResponse {
        object: "list",
        data: items.collect(),
        model: request.model,
        usage: EmbeddingsUsage {
            prompt_tokens: tokens,
            total_tokens: tokens,
        },
    })
}

fn inputs_of(input: TextInput) -> Vec<EmbedInput> {
    match input {
        TextInput::Text(text) => vec![EmbedInput::Text(text)],
        TextInput::Texts(texts) => texts.0.into_iter().map(EmbedInput::Text).collect(),
        TextInput::Tokens(tokens) => vec![EmbedInput::Tokens(tokens.0)],
        TextInput::TokenLists(lists) => lists.0.into_iter().map(EmbedInput::Tokens).collect(),
    }
}

impl EncodedVector {
    fn new(vector: Vec<f32>, format: EncodingFormat) -> Self {
        match format {
            EncodingFormat::Float => Self::Float(vector),
            EncodingFormat::Base64 => {
                let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
                Self::Base64(BASE64_STANDARD.encode(bytes))
            }
        }
    }
}
