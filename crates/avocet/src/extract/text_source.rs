//! The texts of a request by their source.

use std::borrow::Cow;
use std::sync::OnceLock;

use http::HeaderName;

use super::{Arity, RequestContext, header_list};
use crate::operation::{ParameterLocation, TextSource};

/// A name that is looked up in requests.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: Cow<'static, str>,
    /// The name as that of a header, parsed at the first request that is searched for it.
    header: OnceLock<Option<HeaderName>>,
}

impl Name {
    pub(super) const fn new(text: Cow<'static, str>) -> Self {
        Self {
            text,
            header: OnceLock::new(),
        }
    }
}

/// The texts that were sent for a name.
pub(super) enum Texts<'c> {
    /// The last of them, for a type that takes one.
    Last(Cow<'c, str>),
    /// All of them, in order; a header list can have none.
    All(Vec<Cow<'c, str>>),
}

impl Texts<'_> {
    /// Leaves out empty texts, as in a form. Returns `None` if no text is left.
    pub(super) fn without_empty(self) -> Option<Self> {
        match self {
            Self::Last(text) => (!text.is_empty()).then_some(Self::Last(text)),
            Self::All(mut texts) => {
                texts.retain(|text| !text.is_empty());
                (!texts.is_empty()).then_some(Self::All(texts))
            }
        }
    }
}

impl TextSource {
    /// Returns the texts sent for a name; `None` if it was not sent.
    pub(super) fn texts<'c>(
        self,
        context: &'c RequestContext,
        name: &Name,
        arity: Arity,
    ) -> Option<Texts<'c>> {
        match arity {
            Arity::All => self.all(context, &name.text).map(Texts::All),
            Arity::Last | Arity::Fields => self.last(context, name).map(Texts::Last),
        }
    }

    /// Returns the last text. In a form an empty text counts as not sent, because browsers send empty text for a field that was left blank.
    fn last<'c>(self, context: &'c RequestContext, name: &Name) -> Option<Cow<'c, str>> {
        let Name { text, header } = name;
        match self {
            Self::Parameter(ParameterLocation::Path) => context.captured(text).map(Cow::Borrowed),
            Self::Parameter(ParameterLocation::Query) => context.query_texts(text).last(),
            Self::Parameter(ParameterLocation::Header) => {
                let header = header.get_or_init(|| HeaderName::try_from(&**text).ok());
                context.header_lines(header.as_ref()?).next_back()
            }
            Self::Parameter(ParameterLocation::Cookie) => context.cookie_texts(text).last(),
            Self::Form => context
                .form_texts(text)
                .pop()
                .filter(|text| !text.is_empty()),
        }
    }

    /// Returns all texts, in order. A header list gives its elements, possibly none.
    fn all<'c>(self, context: &'c RequestContext, name: &str) -> Option<Vec<Cow<'c, str>>> {
        let texts = match self {
            Self::Parameter(ParameterLocation::Path) => {
                let captured = context.captured(name).map(Cow::Borrowed);
                captured.into_iter().collect()
            }
            Self::Parameter(ParameterLocation::Query) => context.query(name),
            Self::Parameter(ParameterLocation::Header) => {
                let lines = context.header(name);
                return (!lines.is_empty()).then(|| header_list::elements(lines));
            }
            Self::Parameter(ParameterLocation::Cookie) => context.cookie(name),
            Self::Form => context.form_texts(name),
        };
        (!texts.is_empty()).then_some(texts)
    }

    /// The names that were sent, including repeated ones.
    pub(super) fn names(self, context: &RequestContext) -> Vec<Cow<'_, str>> {
        match self {
            Self::Parameter(ParameterLocation::Path) => Vec::new(),
            Self::Parameter(ParameterLocation::Query) => context.query_names(),
            Self::Parameter(ParameterLocation::Header) => {
                let names = context.headers().keys();
                names.map(|name| Cow::Borrowed(name.as_str())).collect()
            }
            Self::Parameter(ParameterLocation::Cookie) => context.cookie_names(),
            Self::Form => context.form_names(),
        }
    }
}
