//! `min_length = n`: a text has at least `n` characters (Unicode scalar values, as JSON Schema counts).

use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::Rule;

/// Requires a minimum number of characters in a text.
///
/// ```
/// use avocet::rules::{MinLength, Rule};
///
/// assert!(MinLength(2).text("éé").is_none());
/// assert!(MinLength(2).text("é").is_some());
/// ```
#[derive(Debug)]
pub struct MinLength(
    /// At least this many characters.
    pub usize,
);

impl Rule for MinLength {
    fn describe(&self, schema: &mut Schema) {
        schema.set("minLength", self.0);
    }

    fn text(&self, value: &str) -> Option<ValidationError> {
        let bound = self.0;
        (value.chars().count() < bound).then(|| {
            let characters = if bound == 1 {
                "character"
            } else {
                "characters"
            };
            ValidationError::new(
                "string_too_short",
                format!("String should have at least {bound} {characters}"),
            )
            .with("min_length", bound)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::MinLength;
    use crate::rules::Rule;

    #[test]
    fn counts_characters() {
        assert_eq!(MinLength(2).text("éé"), None);
        // Two units in UTF-16, four bytes in UTF-8.
        assert!(MinLength(2).text("😀").is_some());
        let error = MinLength(1).text("").expect("it is broken");
        assert_eq!(error.kind(), "string_too_short");
        assert_eq!(error.message(), "String should have at least 1 character");
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::string();
        MinLength(3).describe(&mut schema);
        assert_eq!(schema.keyword("minLength"), Some(&3.into()));
    }
}
