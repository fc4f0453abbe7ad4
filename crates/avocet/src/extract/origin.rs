//! Where a request carries texts by name.

use std::borrow::Cow;

use super::{Call, Takes};
use crate::operation::Source;

/// A place of named texts in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Parameter(Source),
    Form,
}

impl Origin {
    /// The name that places of problems begin with.
    pub(super) const fn root(self) -> &'static str {
        match self {
            Self::Parameter(source) => source.name(),
            Self::Form => "body",
        }
    }

    /// What was sent for a name, in order. In a form one empty text counts as not sent, because that is how browsers send a
    /// field that nobody filled in.
    pub(super) fn texts<'c>(self, call: &'c Call, name: &str, takes: Takes) -> Vec<Cow<'c, str>> {
        match self {
            Self::Parameter(Source::Path) => {
                let captured = call.captured(name).map(Cow::Borrowed);
                captured.into_iter().collect()
            }
            Self::Parameter(Source::Query) => call.query(name),
            Self::Parameter(Source::Header) => call.header(name),
            Self::Parameter(Source::Cookie) => call.cookie(name),
            Self::Form => {
                let mut texts = call.form_texts(name);
                if takes == Takes::Last && texts.last().is_some_and(|text| text.is_empty()) {
                    texts.clear();
                }
                texts
            }
        }
    }

    /// The names that were sent, repeated ones too.
    pub(super) fn names(self, call: &Call) -> Vec<Cow<'_, str>> {
        match self {
            Self::Parameter(Source::Path) => Vec::new(),
            Self::Parameter(Source::Query) => call.query_names(),
            Self::Parameter(Source::Header) => {
                let names = call.headers().keys();
                names.map(|name| Cow::Borrowed(name.as_str())).collect()
            }
            Self::Parameter(Source::Cookie) => call.cookie_names(),
            Self::Form => call.form_names(),
        }
    }

    /// Whether two names are one here.
    pub(crate) fn is_same(self, first: &str, second: &str) -> bool {
        match self {
            Self::Parameter(Source::Header) => first.eq_ignore_ascii_case(second),
            _ => first == second,
        }
    }

    /// As a mistake names it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Parameter(Source::Path) => "the path",
            Self::Parameter(Source::Query) => "the query",
            Self::Parameter(Source::Header) => "headers",
            Self::Parameter(Source::Cookie) => "cookies",
            Self::Form => "a form",
        }
    }
}
