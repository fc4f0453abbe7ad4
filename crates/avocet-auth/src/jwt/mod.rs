//! JSON Web Tokens: [`Jwt`] verifies them, [`Signer`] issues them (RFC 7515, 7518, 7519 and the advice of RFC 8725).
//!
//! | a token is rejected if | |
//! |---|---|
//! | its algorithm is not in the list of the verifier | [`JwtConfig::new`]; `none` cannot be in it |
//! | its `kid` is not the id of a configured key; it has none and there are several keys | [`JwtConfig::key_with_id`] |
//! | its header has `crit` or `b64` | always |
//! | `exp` is missing, past, or not a number | [`JwtConfig::without_expiry`] accepts a missing one |
//! | `nbf` is in the future, or not a number | always |
//! | `iss` is missing, another one, or not text | [`JwtConfig::any_issuer`] |
//! | `aud` is missing, has none of the configured audiences, or is neither text nor a list of texts | [`JwtConfig::any_audience`] |
//! | the header or the claims have a member twice | always |
//! | it is longer than 8 KiB | [`JwtConfig::token_bytes`] |
//! | its claims are not a `T` | the type of `Jwt<T>` |
//!
//! Keys in the header of a token (`jwk`, `jku`, `x5u`, `x5c`) are never read.

mod algorithm;
mod claims;
mod config;
mod error;
mod header;
mod invalid_config;
mod key;
mod key_set;
mod key_source;
mod signer;
mod verifier;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use config::JwtConfig;
pub use error::TokenError;
pub use invalid_config::InvalidConfig;
pub use key::{SigningKey, VerifyingKey};
#[cfg(feature = "jwks")]
pub(crate) use key_set::KeySet;
#[cfg(feature = "jwks")]
pub(crate) use key_source::KeySource;
pub use signer::Signer;
pub use verifier::Jwt;
