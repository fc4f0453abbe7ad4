//! `Escaped`: untrusted text, escaped for a log line.

use std::fmt::{self, Display, Write};

/// How much of a text is shown, in bytes before escaping.
const LONGEST: usize = 1024;

/// Shows a value on one line, without control characters and at most 1 KiB of it.
///
/// Logs are read in terminals and by line-based programs; a client's input must not control either.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line {
            out: f,
            left: Some(LONGEST),
        };
        write!(line, "{}", self.0)
    }
}

struct Line<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    /// `None` once it was truncated.
    left: Option<usize>,
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let Some(left) = self.left else {
                return Ok(());
            };
            self.left = left.checked_sub(character.len_utf8());
            if self.left.is_none() {
                return self.out.write_char('…');
            }
            if steers(character) {
                write!(self.out, "{}", character.escape_default())?;
            } else {
                self.out.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Returns whether a character is not plain text: controls, line ends, and marks that change the direction of writing.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_without_controls() {
        for (text, shown) in [
            ("/a b/ü", "/a b/ü"),
            ("a\r\nb", "a\\r\\nb"),
            ("\u{1b}[31mred\u{7f}\u{9b}", "\\u{1b}[31mred\\u{7f}\\u{9b}"),
            ("a\u{2028}b\u{202e}c", "a\\u{2028}b\\u{202e}c"),
        ] {
            assert_eq!(Escaped(text).to_string(), shown);
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let text = "ü".repeat(512);
        assert_eq!(Escaped(&text).to_string(), text);
        assert_eq!(Escaped(format!("{text}a")).to_string(), format!("{text}…"));
        assert_eq!(
            Escaped("a".repeat(5000)).to_string().len(),
            1024 + '…'.len_utf8()
        );
    }
}
