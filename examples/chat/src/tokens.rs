//! Converts text to tokens and back.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde_json::Value;
use tokenizers::Tokenizer;

use crate::error::{LoadError, read};

/// The vocabulary of a model, read from `tokenizer.json`.
#[derive(Debug)]
pub struct Tokens {
    tokenizer: Tokenizer,
    spelling: Spelling,
    special: HashSet<u32>,
    special_texts: Vec<String>,
    longest: usize,
}

impl Tokens {
    /// Reads `tokenizer.json` of a model folder.
    ///
    /// # Errors
    /// Fails if the file is missing or malformed, encodes its tokens in an unknown way, or has more tokens than the model's `vocabulary`.
    pub fn read(folder: &Path, vocabulary: usize) -> Result<Self, LoadError> {
        let path = folder.join("tokenizer.json");
        let failed = |problem: String| LoadError::new(&path, problem);
        let mut tokenizer =
            Tokenizer::from_bytes(read(&path)?).map_err(|error| failed(error.to_string()))?;
        // Some files keep these from training; here they would silently truncate or pad prompts.
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| failed(error.to_string()))?;

        let known = tokenizer.get_vocab(true);
        if let Some((token, id)) = known.iter().find(|(_, id)| **id as usize >= vocabulary) {
            return Err(failed(format!(
                "token {token:?} is number {id}, but `vocab_size` in config.json is {vocabulary}"
            )));
        }
        let longest = known.keys().map(String::len).max().unwrap_or(0).max(1);
        let decoder = serde_json::to_value(tokenizer.get_decoder())
            .map_err(|error| failed(error.to_string()))?;
        let spelling = Spelling::read(&decoder).map_err(failed)?;
        let (special, special_texts) = tokenizer
            .get_added_tokens_decoder()
            .into_iter()
            .filter(|(_, token)| token.special)
            .map(|(id, token)| (id, token.content))
            .unzip();
        Ok(Self {
            tokenizer,
            spelling,
            special,
            special_texts,
            longest,
        })
    }

    /// Splits a rendered prompt: recognizes the special tokens in it, and adds none.
    ///
    /// # Errors
    /// Fails if the tokenizer cannot read the text; the message is the tokenizer's own.
    pub fn prompt(&self, text: &str) -> Result<Vec<u32>, String> {
        self.encode(text, false)
    }

    /// Splits a standalone text, and adds the special tokens that models expect around it.
    ///
    /// # Errors
    /// Fails if the tokenizer cannot read the text; the message is the tokenizer's own.
    pub fn text(&self, text: &str) -> Result<Vec<u32>, String> {
        self.encode(text, true)
    }

    fn encode(&self, text: &str, around: bool) -> Result<Vec<u32>, String> {
        let encoding = self.tokenizer.encode_fast(text, around);
        let encoding = encoding.map_err(|error| error.to_string())?;
        Ok(encoding.get_ids().to_vec())
    }

    /// Returns the minimum number of tokens for a text of this many bytes.
    pub fn at_least(&self, bytes: usize) -> usize {
        bytes / self.longest
    }

    /// Returns the number of the token with this text.
    pub fn number(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }

    /// Returns the bytes of a token in a response. Special and unknown tokens have none.
    pub fn bytes(&self, token: u32) -> Vec<u8> {
        if self.special.contains(&token) {
            return Vec::new();
        }
        let text = self.tokenizer.id_to_token(token);
        text.map_or_else(Vec::new, |text| self.spelling.bytes(text))
    }

    /// Returns whether a response's first token begins with a space that only marks the start of a word.
    pub fn drops_first_space(&self) -> bool {
        matches!(
            self.spelling,
            Spelling::Pieces {
                drops_first_space: true,
                ..
            }
        )
    }

    /// Escapes untrusted text for a prompt: an invisible character breaks up special tokens in it, such as the one that ends a message, so
    /// that they remain text. Otherwise a user could write the system's messages.
    pub fn defuse<'text>(&self, text: &'text str) -> Cow<'text, str> {
        const INVISIBLE: char = '\u{200b}';
        let mut text = Cow::Borrowed(text);
        for special in &self.special_texts {
            let Some(first) = special.chars().next() else {
                continue;
            };
            if text.contains(special.as_str()) {
                let rest = &special[first.len_utf8()..];
                let broken = format!("{first}{INVISIBLE}{rest}");
                text = Cow::Owned(text.replace(special.as_str(), &broken));
            }
        }
        text
    }
}

/// How a vocabulary encodes bytes as tokens.
#[derive(Debug)]
enum Spelling {
    /// Every byte is one printable character (Llama 3 and most newer models).
    ByteLevel(HashMap<char, u8>),
    /// Pieces of text with a substitute for spaces, and `<0x0A>` for bytes without a piece (Llama 2).
    Pieces {
        space: String,
        drops_first_space: bool,
    },
}

impl Spelling {
    /// Reads it from the `decoder` of `tokenizer.json`.
    fn read(decoder: &Value) -> Result<Self, String> {
        let mut space = "\u{2581}".to_owned();
        let mut drops_first_space = false;
        let steps = match &decoder["decoders"] {
            Value::Array(steps) => steps.as_slice(),
            _ => std::slice::from_ref(decoder),
        };
        for step in steps {
            match step["type"].as_str() {
                Some("ByteLevel") => return Ok(Self::ByteLevel(byte_level())),
                Some("Replace") if step["content"] == " " => {
                    if let Some(pattern) = step["pattern"]["String"].as_str() {
                        pattern.clone_into(&mut space);
                    }
                }
                Some("Metaspace") => {
                    if let Some(replacement) = step["replacement"].as_str() {
                        replacement.clone_into(&mut space);
                    }
                    drops_first_space = step["prepend_scheme"] != "never";
                }
                Some("Strip") if step["content"] == " " => drops_first_space = true,
                Some("ByteFallback" | "Fuse") => {}
                _ => return Err(format!("`decoder` is of an unknown kind: {step}")),
            }
        }
        Ok(Self::Pieces {
            space,
            drops_first_space,
        })
    }

    fn bytes(&self, token: String) -> Vec<u8> {
        match self {
            // An added token is stored verbatim, and its characters need not encode bytes.
            Self::ByteLevel(bytes) => token
                .chars()
                .map(|character| bytes.get(&character).copied())
                .collect::<Option<_>>()
                .unwrap_or_else(|| token.into_bytes()),
            Self::Pieces { space, .. } => match hexadecimal(&token) {
                Some(byte) => vec![byte],
                None => token.replace(space, " ").into_bytes(),
            },
        }
    }
}

/// Parses `<0x0A>` as the byte 10.
fn hexadecimal(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    (digits.len() == 2)
        .then(|| u8::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Returns the alphabet that GPT-2 introduced: printable bytes of Latin-1 are themselves, the others are the characters from 256 on, in
/// order.
fn byte_level() -> HashMap<char, u8> {
    let mut next = 256..;
    (0..=u8::MAX)
        .filter_map(|byte| {
            let character = match byte {
                b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
                _ => char::from_u32(next.next()?)?,
            };
            Some((character, byte))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_alphabet_is_the_tokenizers_own() {
        let alphabet = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet();
        let ours: HashSet<char> = byte_level().into_keys().collect();
        assert_eq!(ours, alphabet.into_iter().collect());
        assert_eq!(byte_level()[&'Ġ'], b' ');
        assert_eq!(byte_level()[&'Ċ'], b'\n');
    }

    #[test]
    fn pieces_stand_for_text_or_for_one_byte() {
        let decoder = serde_json::json!({"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}
        ]});
        let spelling = Spelling::read(&decoder).unwrap();
        assert_eq!(spelling.bytes("▁a▁bird".to_owned()), b" a bird");
        assert_eq!(spelling.bytes("<0xF0>".to_owned()), [0xf0]);
        assert_eq!(spelling.bytes("<0xF>".to_owned()), b"<0xF>");
        assert!(matches!(
            spelling,
            Spelling::Pieces {
                drops_first_space: true,
                ..
            }
        ));
    }

    #[test]
    fn an_unknown_spelling_is_refused() {
        let problem = Spelling::read(&serde_json::json!({"type": "WordPiece"})).unwrap_err();
        assert!(problem.contains("WordPiece"), "{problem}");
    }
}
