//! AI endpoints for [Avocet](https://docs.rs/avocet): the APIs that AI clients speak, over your own models.
//!
//! A model implements one trait: [`LanguageModel`](generate::LanguageModel), [`EmbeddingModel`](embed::EmbeddingModel) or
//! [`TensorModel`](tensor::TensorModel). A [`Catalog`] names the models, and a plugin for each API serves the catalog.
//!
//! | plugin | API |
//! |---|---|
//! | [`OpenAi`] | chat completions, completions, responses, embeddings, models |
//! | [`Anthropic`] | messages, counts of tokens |
//! | [`OpenInference`] | the Open Inference Protocol v2 (`KServe`, Triton): health, metadata, inference in JSON and binary |
//!
//! The routes are typed like those of the application: they validate requests and are in the OpenAPI document, with the error format of
//! their API.
//!
//! With the feature `constrain`, [`constrain`](#features) masks the tokens of a model so that its responses follow a JSON Schema.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `constrain` | no | `constrain`: JSON Schemas as constraints on tokens, by llguidance |

// On docs.rs each item behind a feature names that feature.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "in a test, a panic is the report")
)]

pub mod anthropic;
#[cfg(feature = "constrain")]
pub mod constrain;
pub mod embed;
pub mod generate;
pub mod open_inference;
pub mod openai;
pub mod tensor;

mod catalog;
mod embedding_tensors;
mod identity;

pub use anthropic::Anthropic;
pub use catalog::Catalog;
pub use open_inference::OpenInference;
pub use openai::OpenAi;

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
