//! Passwords as hashes: Argon2id in PHC strings, computed off the async threads by a bounded number at once.
//!
//! The parameters are the recommendation of OWASP: 19 MiB of memory, 2 passes, 1 lane.

mod config;
mod error;
mod passwords;

pub use config::{InvalidPasswordConfig, PasswordConfig};
pub use error::PasswordError;
pub use passwords::Passwords;
