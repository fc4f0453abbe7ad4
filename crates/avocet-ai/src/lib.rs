//! AI endpoints for [Avocet](https://docs.rs/avocet): the APIs that AI clients speak, over your own models.
//!
//! A model implements one trait: [`LanguageModel`](generate::LanguageModel) or [`EmbeddingModel`](embed::EmbeddingModel). A [`Catalog`] names
//! the models, and a plugin for each API serves the catalog.
//!
//! | plugin | API |
//! |---|---|
//! | [`OpenAi`] | chat completions, completions, embeddings, models |
//!
//! The routes are typed like those of the application: they validate requests and are in the OpenAPI document, with the error format of
//! their API.

pub mod embed;
pub mod generate;
pub mod openai;

mod catalog;

pub use catalog::Catalog;
pub use openai::OpenAi;

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
