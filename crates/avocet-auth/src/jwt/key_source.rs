//! `KeySource`: keys that are not in the configuration.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::algorithm::Algorithm;
use super::error::TokenError;
use super::key::VerifyingKey;

/// Keys that a verifier looks up, such as those of a provider.
pub(crate) trait KeySource: fmt::Debug + Send + Sync {
    /// Returns the key that a token names.
    fn find<'s>(
        &'s self,
        id: Option<&'s str>,
        algorithm: Algorithm,
    ) -> Pin<Box<dyn Future<Output = Result<VerifyingKey, TokenError>> + Send + 's>>;
}
