//! Sentence embeddings with all-MiniLM-L6-v2, computed by candle on processors. [`minilm`] is the model; it does not depend on HTTP.
//! [`service`] is the HTTP service.
//!
//! ```no_run
//! use embeddings::{MiniLm, Tokenizer, folder};
//!
//! let folder = folder::default_folder();
//! let tokenizer = Tokenizer::load(&folder)?;
//! let model = MiniLm::load(&folder)?;
//! let texts = ["An avocet wades.", "A wading bird."]
//!     .map(|text| tokenizer.tokenize(text))
//!     .into_iter()
//!     .collect::<Result<Vec<_>, _>>()?;
//! let vectors = model.encode(&texts)?;
//! assert_eq!(vectors[0].len(), 384);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "in a test, a panic is the report")
)]

pub mod error;
pub mod folder;
pub mod minilm;
pub mod service;

pub use error::{LoadError, TokenizeError};
pub use minilm::{MiniLm, Tokenizer, Tokens};
