//! The sources of named texts in a request.

use super::ParameterLocation;

/// A source of named texts in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextSource {
    Parameter(ParameterLocation),
    Form,
}

impl TextSource {
    /// The first segment of its locations.
    pub(crate) const fn root(self) -> &'static str {
        match self {
            Self::Parameter(source) => source.name(),
            Self::Form => "body",
        }
    }

    /// Whether two names are equal in this source.
    pub(crate) fn is_same(self, first: &str, second: &str) -> bool {
        match self {
            Self::Parameter(ParameterLocation::Header) => first.eq_ignore_ascii_case(second),
            _ => first == second,
        }
    }

    /// The source as error messages name it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Parameter(ParameterLocation::Path) => "the path",
            Self::Parameter(ParameterLocation::Query) => "the query",
            Self::Parameter(ParameterLocation::Header) => "headers",
            Self::Parameter(ParameterLocation::Cookie) => "cookies",
            Self::Form => "a form",
        }
    }
}
