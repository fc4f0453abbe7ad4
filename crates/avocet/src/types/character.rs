//! `char`: a text of exactly one character (a Unicode scalar value).

use super::text_kind::{TextKind, text_kinds};
use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::{MaxLength, MinLength, Rule};

impl TextKind for char {
    const WRONG_KIND: (&'static str, &'static str) =
        ("string_type", "Input should be a valid string");

    fn parse(text: &str) -> Result<Self, ValidationError> {
        let too_short = || MinLength(1).text(text);
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(too_short()
                .or_else(|| MaxLength(1).text(text))
                .unwrap_or_else(|| ValidationError::new("string_type", Self::WRONG_KIND.1))),
        }
    }
}

text_kinds! {
    [] char, "char", Schema::string().with("minLength", 1).with("maxLength", 1);
}
