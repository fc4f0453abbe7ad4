//! `pattern = "…"`: a regular expression matches in a text.

use std::sync::OnceLock;

use regex::Regex;

use super::ecma;
use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::Rule;

/// Requires that a regular expression matches in a text; anchor it with `^` and `$` to match the whole text.
///
/// The syntax is that of the `regex` crate, whose time is linear in the text. An invalid expression is reported when the
/// application is built.
///
/// The document contains the expression as it is written, and JSON Schema interprets it as ECMA-262. So classes that
/// both dialects have mean what they mean in ECMA-262, not in Unicode: `\d` is `[0-9]`, `\w` is `[0-9A-Za-z_]` and
/// determines `\b`, `\s` includes the byte order mark but not U+0085, and `.` matches none of the four line ends. In
/// Pydantic `\d` and `\w` match all digits and letters of Unicode: write `\p{Nd}` and `\p{L}` for these. Syntax that
/// ECMA-262 lacks, such as `(?i)` or `[a-z&&[^b]]`, is checked here, but clients cannot evaluate it from the document.
///
/// ```
/// use avocet::rules::{Pattern, Rule};
///
/// let rule = Pattern::new("^[a-z]+$");
/// assert!(rule.text("abc").is_none());
/// assert!(rule.text("a1").is_some());
/// assert!(Pattern::new("(").mistake().is_some());
/// assert!(Pattern::new(r"^\d+$").text("٤٢").is_some());
/// ```
#[derive(Debug)]
pub struct Pattern {
    expression: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Creates a rule for the expression, which is compiled at its first use.
    ///
    /// ```
    /// static CODE: avocet::rules::Pattern = avocet::rules::Pattern::new("^[A-Z]{2}$");
    /// ```
    pub const fn new(expression: &'static str) -> Self {
        Self {
            expression,
            compiled: OnceLock::new(),
        }
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| ecma::compile(self.expression).ok())
            .as_ref()
    }
}

impl Rule for Pattern {
    fn describe(&self, schema: &mut Schema) {
        schema.set("pattern", self.expression);
    }

    fn text(&self, value: &str) -> Option<ValidationError> {
        // An invalid expression matches nothing; an application with one fails to start.
        let matches = self.regex().is_some_and(|regex| regex.is_match(value));
        (!matches).then(|| {
            ValidationError::new(
                "string_pattern_mismatch",
                format!("String should match pattern '{}'", self.expression),
            )
            .with("pattern", self.expression)
        })
    }

    fn mistake(&self) -> Option<String> {
        let error = ecma::compile(self.expression).err()?.to_string();
        // The last line states the error; the lines above it repeat the expression.
        let error = error
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        Some(format!(
            "`pattern = {:?}` is not a valid regular expression: {error}",
            self.expression
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::rules::Rule;

    #[test]
    fn is_found_anywhere_unless_anchored() {
        assert_eq!(Pattern::new("b").text("abc"), None);
        let error = Pattern::new("^b").text("abc").expect("it is broken");
        assert_eq!(error.kind(), "string_pattern_mismatch");
        assert_eq!(error.message(), "String should match pattern '^b'");
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::string();
        Pattern::new("^b").describe(&mut schema);
        assert_eq!(schema.keyword("pattern"), Some(&"^b".into()));
    }
}
