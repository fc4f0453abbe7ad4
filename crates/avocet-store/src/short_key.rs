//! `ShortKey`: what messages show of a key.

use std::fmt;

/// The start of a key and its length. A key can be a secret, such as the id of a session, so at most a quarter of it is kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ShortKey {
    start: String,
    bytes: usize,
}

impl ShortKey {
    pub(crate) fn new(key: &str) -> Self {
        let shown = (key.chars().count() / 4).min(4);
        Self {
            start: key.chars().take(shown).collect(),
            bytes: key.len(),
        }
    }
}

impl fmt::Display for ShortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}…\" ({} bytes)",
            self.start.escape_debug(),
            self.bytes
        )
    }
}

impl fmt::Debug for ShortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::ShortKey;

    #[test]
    fn at_most_a_quarter_of_a_key_is_shown() {
        for (key, shown) in [
            ("", "\"…\" (0 bytes)"),
            ("abc", "\"…\" (3 bytes)"),
            ("äöüß", "\"ä…\" (8 bytes)"),
            ("0123456789abcdef0123456789abcdef", "\"0123…\" (32 bytes)"),
            ("\n\n\n\n", "\"\\n…\" (4 bytes)"),
        ] {
            assert_eq!(ShortKey::new(key).to_string(), shown);
            assert_eq!(format!("{:?}", ShortKey::new(key)), shown);
        }
    }
}
