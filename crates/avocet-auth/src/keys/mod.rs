//! API keys in a [`Store`](avocet_store::Store): created, shown once, verified, rotated and revoked.
//!
//! A key is `<prefix>_<id>_<secret><checksum>`, for example `acme_` with 20, 43 and 6 letters and digits. The prefix is yours; scanners for leaked
//! secrets find keys by it, and the checksum tells a key from other text.
//!
//! | | |
//! |---|---|
//! | stored | the SHA-256 of the key. The secret has 256 random bits, which cannot be guessed, so a slow hash such as Argon2 would only cost time at each request |
//! | shown | the prefix and the last four characters, [`ApiKeyInfo::shown`] |
//! | compared | in constant time, and in the same way for an unknown id |
//! | last use | written at most once a minute |
//! | after its expiry or revocation | rejected at once, listed for 30 more days |
//! | keys of an owner | at most 100 |
//!
//! ```
//! use std::time::Duration;
//!
//! use avocet_auth::keys::{ApiKeys, NewApiKey};
//! use avocet_context::Caller;
//! use avocet_store::Store;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let keys = ApiKeys::new(&Store::memory(), "acme").unwrap();
//! let new = NewApiKey::of(Caller::new("tenant-7")).scope("chat").expires_in(Duration::from_secs(90 * 86_400));
//! let created = keys.create(new).await.unwrap();
//!
//! let info = keys.verify(&created.key).await.unwrap();
//! assert_eq!(info.owner, Caller::new("tenant-7"));
//! assert!(info.shown.starts_with("acme_…"));
//! # }
//! ```

mod api_keys;
mod error;
mod format;
mod info;
mod new;
mod record;

pub use api_keys::{ApiKeys, CreatedApiKey};
pub use error::{ApiKeyError, InvalidApiKeys, InvalidKey};
pub use info::ApiKeyInfo;
pub use new::NewApiKey;
