//! `max_length = n`: a text has at most `n` characters (Unicode scalar values, as JSON Schema counts).

use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::Rule;

/// Limits the number of characters of a text.
///
/// ```
/// use avocet::rules::{MaxLength, Rule};
///
/// assert!(MaxLength(2).text("éé").is_none());
/// assert!(MaxLength(2).text("ééé").is_some());
/// ```
#[derive(Debug)]
pub struct MaxLength(
    /// At most this many characters.
    pub usize,
);

impl Rule for MaxLength {
    fn describe(&self, schema: &mut Schema) {
        schema.set("maxLength", self.0);
    }

    fn text(&self, value: &str) -> Option<ValidationError> {
        let bound = self.0;
        (value.chars().count() > bound).then(|| {
            let characters = if bound == 1 {
                "character"
            } else {
                "characters"
            };
            ValidationError::new(
                "string_too_long",
                format!("String should have at most {bound} {characters}"),
            )
            .with("max_length", bound)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::MaxLength;
    use crate::rules::Rule;

    #[test]
    fn counts_characters() {
        assert_eq!(MaxLength(2).text("éé"), None);
        // Two units in UTF-16, four bytes in UTF-8.
        assert_eq!(MaxLength(1).text("😀"), None);
        let error = MaxLength(1).text("éé").expect("it is broken");
        assert_eq!(error.kind(), "string_too_long");
        assert_eq!(error.message(), "String should have at most 1 character");
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::string();
        MaxLength(3).describe(&mut schema);
        assert_eq!(schema.keyword("maxLength"), Some(&3.into()));
    }
}
