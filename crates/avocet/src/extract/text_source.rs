//! The texts of a request by their source.

use std::borrow::Cow;

use super::{Arity, RequestContext, header_list};
use crate::operation::{ParameterLocation, TextSource};

impl TextSource {
    /// Returns the texts sent for a name, in order; `None` if it was not sent. In a form one empty text counts as not
    /// sent, because browsers send empty text for a field that was left blank. A header list gives its elements,
    /// possibly none.
    pub(super) fn texts<'c>(
        self,
        context: &'c RequestContext,
        name: &str,
        arity: Arity,
    ) -> Option<Vec<Cow<'c, str>>> {
        let texts = match self {
            Self::Parameter(ParameterLocation::Path) => {
                let captured = context.captured(name).map(Cow::Borrowed);
                captured.into_iter().collect()
            }
            Self::Parameter(ParameterLocation::Query) => context.query(name),
            Self::Parameter(ParameterLocation::Header) if arity == Arity::All => {
                let lines = context.header(name);
                return (!lines.is_empty()).then(|| header_list::elements(lines));
            }
            Self::Parameter(ParameterLocation::Header) => context.header(name),
            Self::Parameter(ParameterLocation::Cookie) => context.cookie(name),
            Self::Form => {
                let mut texts = context.form_texts(name);
                if arity == Arity::Last && texts.last().is_some_and(|text| text.is_empty()) {
                    texts.clear();
                }
                texts
            }
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
