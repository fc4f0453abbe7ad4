//! Comparison without a hint about where two texts differ.

use subtle::{Choice, ConstantTimeEq};

use super::Secret;

impl Secret<String> {
    /// Returns whether a client has sent the expected text, in a time that depends on the length of `expected` alone. `==` of texts ends at
    /// the first different byte, so its time shows a client how much was right.
    ///
    /// ```
    /// use avocet::types::Secret;
    ///
    /// assert!(Secret::new("t0ps3cret".to_owned()).matches("t0ps3cret"));
    /// assert!(!Secret::new("t0ps3cre".to_owned()).matches("t0ps3cret"));
    /// ```
    pub fn matches(&self, expected: &str) -> bool {
        is_equal(self.expose().as_bytes(), expected.as_bytes())
    }
}

/// Compares in constant time, as [`matches`](Secret::matches) does.
impl PartialEq for Secret<String> {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other.expose())
    }
}

impl Eq for Secret<String> {}

/// Returns whether two texts are equal, in a time that depends on the length of `expected` alone.
fn is_equal(given: &[u8], expected: &[u8]) -> bool {
    let is_same_length = given.len() == expected.len();
    // A text of another length is not equal, but takes the same time.
    let given = if is_same_length { given } else { expected };
    (given.ct_eq(expected) & Choice::from(u8::from(is_same_length))).into()
}

#[cfg(test)]
mod tests {
    use super::{Secret, is_equal};

    #[test]
    fn v21_secrets_are_equal_or_not() {
        let secret = |text: &str| Secret::new(text.to_owned());
        assert!(secret("t0ps3cret") == secret("t0ps3cret"));
        for other in ["t0ps3creT", "t0ps3cre", "t0ps3crets", ""] {
            assert!(secret("t0ps3cret") != secret(other), "{other}");
        }
    }

    #[test]
    fn v21_texts_of_every_length_are_compared() {
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
