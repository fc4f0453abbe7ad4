//! `InvalidConfig`: mistakes in the configuration.

use std::fmt;

/// Mistakes in the configuration of a verifier, a signer or a key, all of them.
///
/// ```
/// use avocet_auth::jwt::JwtConfig;
///
/// let error = JwtConfig::new([]).build::<serde_json::Value>().unwrap_err();
/// assert_eq!(error.mistakes().len(), 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidConfig(pub(crate) Vec<String>);

impl InvalidConfig {
    pub(crate) fn one(mistake: impl fmt::Display) -> Self {
        Self(vec![mistake.to_string()])
    }

    /// Returns the mistakes.
    ///
    /// ```
    /// let error = avocet_auth::jwt::VerifyingKey::ed_pem("no key").unwrap_err();
    /// assert_eq!(error.mistakes(), ["the text is not a public Ed25519 key in PEM"]);
    /// ```
    pub fn mistakes(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for InvalidConfig {}
