//! `trim`, `lowercase`, `uppercase`: changes to a text while it is read.

use std::borrow::Cow;

use super::digits::counted;
use super::{Rule, Rules};
use crate::model::{OrderedJson, Schema};
use crate::read::{Invalid, Location, ValidationErrors};

/// The changes to a text while it is read, in the order of Pydantic's `StringConstraints`: whitespace is removed, the
/// rules are checked on the rest, and only then is the case changed.
///
/// ```
/// use avocet::read::{Location, Reader};
/// use avocet::input::Input;
/// use avocet::rules::{LetterCase, MaxLength, Normalize, Rules};
///
/// static CODE: Rules = Rules {
///     own: &[&MaxLength(3)],
///     normalize: Normalize { trim: true, case: Some(LetterCase::Upper) },
///     ..Rules::NONE
/// };
/// let mut reader = Reader::new(r#""  abc ""#);
/// assert_eq!(String::read(&mut reader, &Location::root("body"), &CODE).unwrap(), "ABC");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalize {
    /// Whether whitespace at both ends is removed: every character with the Unicode property `White_Space`.
    pub trim: bool,
    /// The case that letters are converted to.
    pub case: Option<LetterCase>,
}

/// A case of letters.
///
/// ```
/// assert_ne!(avocet::rules::LetterCase::Lower, avocet::rules::LetterCase::Upper);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterCase {
    /// `abc`, as [`str::to_lowercase`] converts.
    Lower,
    /// `ABC`, as [`str::to_uppercase`] converts.
    Upper,
}

impl Normalize {
    /// No changes.
    pub const NONE: Self = Self {
        trim: false,
        case: None,
    };

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        !self.trim && self.case.is_none()
    }

    /// Combines these changes with those of the surrounding field, whose case takes precedence.
    pub(crate) fn within(self, around: Self) -> Self {
        Self {
            trim: self.trim || around.trim,
            case: around.case.or(self.case),
        }
    }

    /// Adds the keywords of a text's rules to the schema. A schema describes the text that is sent. Under `trim` only
    /// the minimum length holds for that; the other rules are stated in the description.
    pub(crate) fn describe(self, rules: &[&dyn Rule], schema: &mut Schema) {
        let mut of_rest = Schema::string();
        let own = if self.trim {
            &mut of_rest
        } else {
            &mut *schema
        };
        for rule in rules {
            rule.describe(own);
        }
        if self.trim {
            if let Some(least) = of_rest.keyword("minLength") {
                schema.set("minLength", least.clone());
            }
            schema.note(trimmed(&of_rest));
        }
        match self.case {
            Some(LetterCase::Lower) => schema.note("Converted to lower case.".to_owned()),
            Some(LetterCase::Upper) => schema.note("Converted to upper case.".to_owned()),
            None => {}
        }
    }
}

/// Describes the rules for a text without whitespace at its ends.
fn trimmed(rules: &Schema) -> String {
    let number = |keyword| rules.keyword(keyword).and_then(OrderedJson::as_u64);
    let length = match (number("minLength"), number("maxLength")) {
        (Some(least), Some(most)) => Some(format!("{least} to {}", characters(most))),
        (Some(least), None) => Some(format!("at least {}", characters(least))),
        (None, Some(most)) => Some(format!("at most {}", characters(most))),
        (None, None) => None,
    };
    let pattern = rules.keyword("pattern").and_then(OrderedJson::as_str);
    let pattern = pattern.map(|pattern| format!("matches `{pattern}`"));
    let rest: Vec<String> = length
        .map(|length| format!("has {length}"))
        .into_iter()
        .chain(pattern)
        .collect();
    let removed = "Leading and trailing whitespace is removed";
    if rest.is_empty() {
        format!("{removed}.")
    } else {
        format!("{removed}; the rest {}.", rest.join(" and "))
    }
}

fn characters(count: u64) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), "character")
}

impl Rules {
    /// Returns the changed text, if it meets the rules.
    ///
    /// # Errors
    /// [`Invalid`] if a rule was broken.
    #[inline]
    pub(crate) fn text(
        &self,
        text: Cow<'_, str>,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<String, Invalid> {
        if self.normalize.is_none() {
            self.check_text(&text, at, errors)?;
            return Ok(text.into_owned());
        }
        self.changed_text(&text, at, errors)
    }

    // Apart from `text`, so that texts which nothing changes are read without a call.
    #[inline(never)]
    fn changed_text(
        &self,
        text: &str,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<String, Invalid> {
        let kept = if self.normalize.trim {
            text.trim()
        } else {
            text
        };
        self.check_text(kept, at, errors)?;
        Ok(match self.normalize.case {
            Some(LetterCase::Lower) => kept.to_lowercase(),
            Some(LetterCase::Upper) => kept.to_uppercase(),
            None => kept.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LetterCase, Normalize, Rules};
    use crate::model::Schema;
    use crate::read::{Location, ValidationErrors};
    use crate::rules::{MaxLength, MinLength};

    const SHORT: Rules = Rules::own(&[&MinLength(1), &MaxLength(3)]);

    #[track_caller]
    fn check(normalize: Normalize, text: &str, expected: Result<&str, &str>) {
        let rules = Rules { normalize, ..SHORT };
        let mut errors = ValidationErrors::default();
        let kept = rules.text(text.into(), &Location::root("query"), &mut errors);
        let kept = kept.map_err(|_| errors.iter().next().map_or("", |error| error.kind()));
        assert_eq!(kept.as_deref().map_err(|kind| *kind), expected, "{text:?}");
    }

    #[test]
    fn rules_hold_for_what_is_left() {
        let trim = Normalize {
            trim: true,
            case: None,
        };
        check(trim, "  a\u{a0}\n", Ok("a"));
        check(trim, "  abc  ", Ok("abc"));
        check(trim, " abcd ", Err("string_too_long"));
        check(trim, " \t ", Err("string_too_short"));
        check(Normalize::NONE, " abc", Err("string_too_long"));
    }

    #[test]
    fn case_is_changed_after_the_rules() {
        let upper = Normalize {
            trim: false,
            case: Some(LetterCase::Upper),
        };
        // Two letters become three, and three become four: rules are not checked after the case is changed.
        check(upper, "a\u{df}", Ok("ASS"));
        check(upper, "aa\u{df}", Ok("AASS"));
        let lower = Normalize {
            trim: true,
            case: Some(LetterCase::Lower),
        };
        check(lower, " \u{c4}B ", Ok("\u{e4}b"));
    }

    #[test]
    fn a_location_and_its_type_are_both_heeded() {
        let trim = Normalize {
            trim: true,
            case: Some(LetterCase::Lower),
        };
        let upper = Normalize {
            trim: false,
            case: Some(LetterCase::Upper),
        };
        let both = trim.within(upper);
        assert_eq!((both.trim, both.case), (true, Some(LetterCase::Upper)));
    }

    #[test]
    fn the_document_says_what_holds_for_what_is_sent() {
        let mut schema = Schema::string();
        let trim = Normalize {
            trim: true,
            case: Some(LetterCase::Lower),
        };
        trim.describe(SHORT.own, &mut schema);
        let names = crate::model::Schemas::new(crate::model::Side::Input).own_names();
        assert_eq!(
            schema.describe("A code.").to_json(&names),
            serde_json::json!({
                "type": "string",
                "minLength": 1,
                "description": "A code.\n\nLeading and trailing whitespace is removed; the rest has 1 to 3 characters. \
                                Converted to lower case.",
            })
        );
    }
}
