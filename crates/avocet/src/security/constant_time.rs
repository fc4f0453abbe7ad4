//! Comparison without a hint about where two texts differ.

use subtle::ConstantTimeEq;

use crate::types::Secret;

impl Secret<String> {
    /// Returns whether a client has sent the expected text, in a time that depends on the length of `expected` alone. `==` ends at the first
    /// different byte, so its time tells a client how much was right.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::security::unauthorized;
    /// use avocet::types::Secret;
    ///
    /// #[dependency]
    /// async fn editor(#[bearer] token: Secret<String>) -> Result<(), HttpError> {
    ///     token.matches("t0ps3cret").then_some(()).ok_or_else(|| unauthorized("Bearer", "Unknown token"))
    /// }
    ///
    /// assert!(Secret::new("t0ps3cret".to_owned()).matches("t0ps3cret"));
    /// assert!(!Secret::new("t0ps3cre".to_owned()).matches("t0ps3cret"));
    /// ```
    pub fn matches(&self, expected: &str) -> bool {
        is_equal(self.expose().as_bytes(), expected.as_bytes())
    }
}

/// Returns whether two texts are equal, in a time that depends on the length of `expected` alone.
pub(super) fn is_equal(given: &[u8], expected: &[u8]) -> bool {
    let mut padded = vec![0; expected.len()];
    let shared = given.len().min(expected.len());
    padded[..shared].copy_from_slice(&given[..shared]);
    let is_same_length = given.len().ct_eq(&expected.len());
    (padded.ct_eq(expected) & is_same_length).into()
}

#[cfg(test)]
mod tests {
    use super::is_equal;

    #[test]
    fn texts_of_every_length_are_compared() {
        for (given, expected, equal) in [
            ("", "", true),
            ("a", "", false),
            ("", "a", false),
            ("secret", "secret", true),
            ("secret", "secreT", false),
            ("secre", "secret", false),
            ("secrets", "secret", false),
            ("\0", "", false),
            ("", "\0", false),
        ] {
            assert_eq!(
                is_equal(given.as_bytes(), expected.as_bytes()),
                equal,
                "{given:?}"
            );
        }
    }
}
