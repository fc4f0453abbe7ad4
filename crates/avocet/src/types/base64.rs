//! `Base64`: bytes as base64 text.

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

use super::text_kind::{TextKind, text_kinds};
use crate::model::Schema;
use crate::read::ValidationError;

/// Bytes, encoded as text in the standard alphabet with padding.
///
/// ```
/// use avocet::types::Base64;
///
/// let data: Base64 = avocet::input::from_json(br#""aGVsbG8=""#).unwrap();
/// assert_eq!(data.0, b"hello");
/// assert_eq!(serde_json::to_string(&data).unwrap(), r#""aGVsbG8=""#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64(
    /// The bytes.
    pub Vec<u8>,
);

impl TextKind for Base64 {
    const WRONG_KIND: (&'static str, &'static str) =
        ("bytes_type", "Input should be a valid bytes");

    fn parse(text: &str) -> Result<Self, ValidationError> {
        STANDARD.decode(text).map(Self).map_err(|_| {
            // The crate's own message would contain the character that the client sent.
            let error = "it is not the standard alphabet with padding";
            ValidationError::new("base64_decode", format!("Base64 decoding error: '{error}'"))
                .with("error", error)
        })
    }
}

text_kinds! {
    [] Base64, "Base64", Schema::string().with("format", "base64");
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}
