//! `uuid::Uuid`: hyphenated, as 32 digits, as a URN or in braces; written hyphenated in lower case.

use uuid::Uuid;

use super::text_kind::{TextKind, text_kinds};
use crate::model::Schema;
use crate::read::ValidationError;

impl TextKind for Uuid {
    const WRONG_KIND: (&'static str, &'static str) = (
        "uuid_type",
        "UUID input should be a string, bytes or UUID object",
    );

    fn parse(text: &str) -> Result<Self, ValidationError> {
        Self::try_parse(text).map_err(|_| {
            // The crate's own message would contain the character that the client sent.
            let error = "it is not 32 hexadecimal digits";
            ValidationError::new(
                "uuid_parsing",
                format!("Input should be a valid UUID, {error}"),
            )
            .with("error", error)
        })
    }
}

text_kinds! {
    [] Uuid, "UUID", Schema::string().with("format", "uuid");
}
