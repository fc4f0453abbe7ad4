//! The errors of templates.

use std::error::Error;
use std::fmt;

/// The error of an invalid path template: its text, the position and the mistake.
///
/// # Examples
///
/// ```
/// use avocet::path::Template;
///
/// let error = Template::parse("/items/{id").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "in the path template `/items/{id`, character 8: \
///      this `{` is never closed (a literal brace is written `{{`)",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    template: String,
    position: usize,
    mistake: TemplateMistake,
}

impl TemplateError {
    pub(super) fn new(template: &str, position: usize, mistake: TemplateMistake) -> Self {
        let template = template.to_owned();
        Self {
            template,
            position,
            mistake,
        }
    }

    /// Returns the whole text.
    ///
    /// # Examples
    ///
    /// ```
    /// # use avocet::path::Template;
    /// assert_eq!(Template::parse("items").unwrap_err().template(), "items");
    /// ```
    pub fn template(&self) -> &str {
        &self.template
    }

    /// Returns where the mistake begins, as a byte offset into [`template`](Self::template).
    ///
    /// # Examples
    ///
    /// ```
    /// # use avocet::path::Template;
    /// assert_eq!(Template::parse("/items/{1}").unwrap_err().position(), 8);
    /// ```
    pub fn position(&self) -> usize {
        self.position
    }

    /// Returns the mistake.
    ///
    /// # Examples
    ///
    /// ```
    /// # use avocet::path::{Template, TemplateMistake};
    /// let error = Template::parse("/a}").unwrap_err();
    /// assert_eq!(error.mistake(), &TemplateMistake::StrayBrace);
    /// ```
    pub fn mistake(&self) -> &TemplateMistake {
        &self.mistake
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.template.get(..self.position).unwrap_or_default();
        let character = before.chars().count() + 1;
        let (template, mistake) = (&self.template, &self.mistake);
        write!(
            formatter,
            "in the path template `{template}`, character {character}: {mistake}"
        )
    }
}

impl Error for TemplateError {}

/// The reason why a text is not a path template.
///
/// # Examples
///
/// ```
/// use avocet::path::{Template, TemplateMistake};
///
/// let error = Template::parse("/{id}/{id}").unwrap_err();
/// assert_eq!(error.mistake(), &TemplateMistake::RepeatedName("id".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateMistake {
    /// A template, or the part that follows a prefix, does not begin with `/`.
    NoLeadingSlash,
    /// The prefix of a router ends with `/`.
    PrefixEndsWithSlash,
    /// A `{` without a `}`.
    UnclosedBrace,
    /// A `}` without a `{`.
    StrayBrace,
    /// The text in the braces is not a name.
    BadName(String),
    /// Two variables have this name.
    RepeatedName(String),
    /// `{name:converter}` with any converter but `path`.
    UnknownConverter {
        /// The name of the variable.
        name: String,
        /// The text after the colon.
        converter: String,
    },
    /// A second `:path` variable, with this name. How two of them share a path would be arbitrary.
    SecondRest(String),
    /// A `?` or `#`, which ends the path of a URL.
    EndsPath(char),
    /// A percent-encoded character such as `%20`. Templates are compared with decoded segments.
    Encoded(String),
    /// The character NUL.
    Nul,
}

impl fmt::Display for TemplateMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLeadingSlash => formatter.write_str("a path must begin with `/`"),
            Self::PrefixEndsWithSlash => formatter.write_str(
                "a router's prefix must not end with `/` (the paths of its routes begin with it)",
            ),
            Self::UnclosedBrace => {
                formatter.write_str("this `{` is never closed (a literal brace is written `{{`)")
            }
            Self::StrayBrace => {
                formatter.write_str("this `}` closes nothing (a literal brace is written `}}`)")
            }
            Self::BadName(name) => match name.strip_prefix('*') {
                Some(tail) => write!(formatter, "write the rest of a path as `{{{tail}:path}}`"),
                None => write!(
                    formatter,
                    "`{name}` is not a name (names are written as in Rust: `{{item_id}}`)"
                ),
            },
            Self::RepeatedName(name) => write!(formatter, "the name `{name}` is already used"),
            Self::UnknownConverter { name, converter } => write!(
                formatter,
                "`:{converter}` is not supported; write `{{{name}}}` and give the argument `{name}` a type, which converts the value (the only converter is `:path`)"
            ),
            Self::SecondRest(name) => write!(
                formatter,
                "`{name}` is the second `:path` variable, and a template can have only one"
            ),
            Self::EndsPath(character) => write!(
                formatter,
                "`{character}` ends the path of a URL, so it cannot be part of it (query parameters \
                 are declared as arguments)"
            ),
            Self::Nul => formatter.write_str("a path cannot contain the character NUL"),
            Self::Encoded(text) => write!(
                formatter,
                "`{text}` is percent-encoded, but paths are decoded before they are compared; \
                 write the character itself"
            ),
        }
    }
}
