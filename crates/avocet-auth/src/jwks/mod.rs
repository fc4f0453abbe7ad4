//! [`Jwks`]: the keys of tokens from an address, with caching and rotation (RFC 7517, `OpenID` Connect Discovery 1.0).
//!
//! | | default |
//! |---|---|
//! | addresses | `https`; `http` for a loopback address alone; redirects are not followed |
//! | a response | at most 256 KiB and 100 keys, within 5 s |
//! | a set is fresh | as long as its `Cache-Control: max-age`, at least 1 minute, at most 24 hours, 1 hour without the header |
//! | a token with an unknown `kid` | loads the set once, at most every 30 s |
//! | loads at once | one; other requests wait for it, or use the old keys |
//! | the provider is down | old keys are used up to 24 hours after their load |
//! | keys that are used | RSA of 2048 bits or more, P-256, P-384, Ed25519; not those with a `use` other than `sig`, or `key_ops` without `verify` |
//!
//! The first token loads the set. As a [`Component`](avocet::lifecycle::Component) it is loaded at start, and the application is not ready
//! before it has keys:
//!
//! ```no_run
//! use avocet::prelude::*;
//! use avocet_auth::jwks::Jwks;
//! use avocet_auth::jwt::{Algorithm, Jwt, JwtConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = Jwks::discovered("https://login.example").build()?;
//! let tokens: Jwt<serde_json::Value> = JwtConfig::new([Algorithm::Rs256, Algorithm::Ps256])
//!     .issuer("https://login.example")
//!     .audience("https://api.example")
//!     .jwks(keys.clone())
//!     .build()?;
//! let app = App::new("API", "1.0.0").component(keys).state(tokens);
//! # Ok(())
//! # }
//! ```

mod address;
mod cache_control;
mod config;
mod fetch;
mod parse;
mod provided_keys;

pub use config::JwksConfig;
pub use provided_keys::Jwks;
