//! Incremental UTF-8 decoding: takes bytes token by token, returns whole characters.

/// Splits a stream of bytes at whole characters.
///
/// A token of a byte-level vocabulary may end in the middle of a character. Its bytes are buffered, three at most, until the rest arrives.
/// Bytes that can no longer become a character are replaced as [`String::from_utf8_lossy`] would.
#[derive(Debug, Default)]
pub struct Characters {
    held: Vec<u8>,
}

impl Characters {
    /// Adds bytes and returns the characters that are complete now; often none.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let mut whole = String::new();
        let mut kept = 0;
        let mut chunks = self.held.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            whole.push_str(chunk.valid());
            let rest = chunk.invalid();
            if rest.is_empty() {
                continue;
            }
            if chunks.peek().is_none() && may_continue(rest) {
                kept = rest.len();
            } else {
                whole.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.held.drain(..self.held.len() - kept);
        whole
    }

    /// Returns the rest at the end of the bytes: the replacement of an incomplete character, or an empty string.
    pub fn finish(&mut self) -> String {
        let rest = String::from_utf8_lossy(&self.held).into_owned();
        self.held.clear();
        rest
    }
}

/// Returns whether more bytes could complete the character.
fn may_continue(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `bytes` in pieces of `size` and returns the outputs in order.
    fn cut(bytes: &[u8], size: usize) -> Vec<String> {
        let mut characters = Characters::default();
        let mut out: Vec<String> = bytes
            .chunks(size)
            .map(|piece| characters.push(piece))
            .collect();
        out.push(characters.finish());
        out
    }

    #[test]
    fn a_character_comes_out_when_its_last_byte_is_in() {
        assert_eq!(cut("é🐦".as_bytes(), 1), ["", "é", "", "", "", "🐦", ""]);
    }

    #[test]
    fn pieces_of_any_size_join_to_what_a_lossy_reading_gives() {
        let texts: [&[u8]; 5] = [
            "a bird 🐦, 👩‍🚀 in 🇫🇷, 鳥 and héron".as_bytes(),
            b"\xff\xfe broken \xe2\x98 and \xf0\x9f\x90",
            b"\xf0\x9f\x90\xa6\xf0\x9f",
            b"\xe2\xe2\x98\x83\xc3",
            b"",
        ];
        for text in texts {
            for size in 1..9 {
                assert_eq!(
                    cut(text, size).concat(),
                    String::from_utf8_lossy(text),
                    "{size}"
                );
            }
        }
    }

    #[test]
    fn what_cannot_become_a_character_does_not_wait() {
        assert_eq!(cut(b"\xff\xe2a", 1), ["\u{fffd}", "", "\u{fffd}a", ""]);
    }
}
