//! Respells integers in JSON for parsers that distinguish numbers by their spelling.

use std::ops::Range;

use super::{number_grammar, strings};

/// Rewrites every integer that has a point or an exponent without it; `None` if there is none. The text must be JSON.
///
/// `serde_json` does not accept `5.0` as an integer; JSON Schema does.
pub(crate) fn with_integers(text: &str) -> Option<String> {
    let mut respelled = String::new();
    let mut copied = 0;
    let numbers = Numbers { text, position: 0 };
    for (location, digits) in numbers {
        respelled.push_str(text.get(copied..location.start)?);
        respelled.push_str(&digits);
        copied = location.end;
    }
    (copied > 0).then(|| respelled + &text[copied..])
}

/// Integers with more digits fit no type.
const MOST_DIGITS: usize = 39;

/// The positions of these integers, with their digits.
struct Numbers<'a> {
    text: &'a str,
    position: usize,
}

impl Iterator for Numbers<'_> {
    type Item = (Range<usize>, String);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.position;
            match self.text.as_bytes().get(start)? {
                b'"' => self.position = strings::pass(self.text, start + 1).ok()?,
                b'-' | b'0'..=b'9' => {
                    let (number, end) = number_grammar::read(self.text, start).ok()?;
                    self.position = end;
                    match number.whole() {
                        Some(digits) if !number.integer && digits.len() <= MOST_DIGITS => {
                            return Some((start..end, digits.into_owned()));
                        }
                        _ => {}
                    }
                }
                _ => self.position += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_integers;

    #[test]
    fn integers_alone_are_respelled() {
        let respelled = |text| with_integers(text);
        assert_eq!(respelled(r#"{"5.0": [1, 2.5, "5.0"]}"#), None);
        assert_eq!(
            respelled(r#"{"\"5.0": [5.0, -2e1, 2.5], "é": 1.0}"#).as_deref(),
            Some(r#"{"\"5.0": [5, -20, 2.5], "é": 1}"#)
        );
        assert_eq!(respelled("1e999999999"), None);
        assert_eq!(respelled("0.0").as_deref(), Some("0"));
    }
}
