//! The sources of arguments: one table row for each. Parsing, checks and expansion follow from the row.

use crate::calls::Bound;

/// The source of an argument, in the order of extraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ArgumentSource {
    /// The socket of a `#[websocket]`. It comes first, so that a foreign origin is rejected before other values are extracted.
    Socket,
    State,
    Bearer,
    Basic,
    Extract,
    Request,
    Path,
    Query,
    Header,
    Cookie,
    Depends,
    Form,
    File,
    Body,
}

/// The properties of a source.
pub(super) struct Row {
    pub(super) source: ArgumentSource,
    /// The attribute.
    pub(super) word: &'static str,
    /// The settings that it supports in addition to the rules.
    pub(super) words: &'static [&'static str],
    /// Its name in messages, after "is not for".
    pub(super) what: &'static str,
    /// The trait of its types.
    pub(super) bound: Option<Bound>,
    pub(super) call: Call,
}

/// The function of `private/sources.rs` that makes the extractor.
#[derive(Clone, Copy)]
pub(super) enum Call {
    /// From the type only: no rules, no name.
    OfType(&'static str),
    /// From the type only; the function has a second type parameter, which the compiler infers.
    Inferred(&'static str),
    /// A function of the trait that the type implements: no rules, no name.
    OfTrait(Bound),
    /// `Depends`, whose dependency is in the attribute: `#[depends(page)]`.
    Depends,
    /// `State`, whose name is in the attribute: `#[state("replica")]`.
    State,
    /// From the attribute's settings.
    Named(&'static str),
    /// From the attribute's settings; the second function is for arguments with a default.
    OrDefault(&'static str, &'static str),
}

const PARAMETER: &[&str] = &[
    "default",
    "rename",
    "alias",
    "check",
    "map",
    "example",
    "examples",
    "deprecated",
    "hidden",
    "empty_is_absent",
];

const FROM_TEXT: Bound = Bound::new("input::FromText", "from_text");
const FROM_PARAMS: Bound = Bound::new("extract::FromParams", "arity");
const FROM_BEARER: Bound = Bound::new("security::FromBearer", "extractor");
const FROM_BASIC: Bound = Bound::new("security::FromBasic", "extractor");
const IS_WEB_SOCKET: Bound = Bound::new("bounds::IsWebSocket", "source");

const ROWS: &[Row] = &[
    Row {
        source: ArgumentSource::Path,
        word: "path",
        words: &["rename", "check", "map", "example", "examples"],
        what: "a variable of the path, which is always there",
        bound: Some(FROM_TEXT),
        call: Call::Named("path"),
    },
    Row {
        source: ArgumentSource::Query,
        word: "query",
        words: PARAMETER,
        what: "a parameter",
        bound: Some(FROM_PARAMS),
        call: Call::OrDefault("query", "query_or"),
    },
    Row {
        source: ArgumentSource::Header,
        word: "header",
        words: PARAMETER,
        what: "a parameter",
        bound: Some(FROM_PARAMS),
        call: Call::OrDefault("request_header", "header_or"),
    },
    Row {
        source: ArgumentSource::Cookie,
        word: "cookie",
        words: PARAMETER,
        what: "a parameter",
        bound: Some(FROM_PARAMS),
        call: Call::OrDefault("cookie", "cookie_or"),
    },
    Row {
        source: ArgumentSource::Form,
        word: "form",
        words: &[
            "default",
            "rename",
            "alias",
            "check",
            "map",
            "example",
            "examples",
            "deprecated",
            "json",
        ],
        what: "a field of a form",
        bound: Some(FROM_PARAMS),
        call: Call::OrDefault("form", "form_or"),
    },
    Row {
        source: ArgumentSource::File,
        word: "file",
        words: &["default", "rename", "alias", "deprecated"],
        what: "a file of a form",
        bound: Some(Bound::new("extract::Uploads", "schema")),
        call: Call::OrDefault("file", "file_or"),
    },
    // With several bodies, or one with `embed`, each is a member; `check::words` and `expand::sources` implement this.
    Row {
        source: ArgumentSource::Body,
        word: "body",
        words: &["media_type"],
        what: "the whole body; write it on the fields of its `#[model]`",
        bound: Some(Bound::new("input::Input", "absent")),
        call: Call::Named("body"),
    },
    Row {
        source: ArgumentSource::State,
        word: "state",
        words: &[],
        what: "`#[state]`",
        bound: Some(Bound::of("bounds::State")),
        call: Call::State,
    },
    Row {
        source: ArgumentSource::Bearer,
        word: "bearer",
        words: &[],
        what: "`#[bearer]`",
        bound: Some(FROM_BEARER),
        call: Call::OfTrait(FROM_BEARER),
    },
    Row {
        source: ArgumentSource::Basic,
        word: "basic",
        words: &[],
        what: "`#[basic]`",
        bound: Some(FROM_BASIC),
        call: Call::OfTrait(FROM_BASIC),
    },
    Row {
        source: ArgumentSource::Depends,
        word: "depends",
        words: &[],
        what: "`#[depends]`",
        bound: None,
        call: Call::Depends,
    },
    Row {
        source: ArgumentSource::Extract,
        word: "extract",
        words: &[],
        what: "`#[extract]`",
        bound: None,
        call: Call::Inferred("extract"),
    },
    Row {
        source: ArgumentSource::Request,
        word: "request",
        words: &[],
        what: "`#[request]`",
        bound: Some(Bound::new("extract::OfRequest", "of")),
        call: Call::OfType("of_request"),
    },
    Row {
        source: ArgumentSource::Socket,
        word: "",
        words: &[],
        what: "the socket",
        bound: Some(IS_WEB_SOCKET),
        call: Call::OfTrait(IS_WEB_SOCKET),
    },
];

impl ArgumentSource {
    /// Returns the source that an attribute names.
    pub(super) fn named(attribute: &syn::Attribute) -> Option<Self> {
        let mut rows = ROWS.iter().filter(|row| !row.word.is_empty());
        rows.find(|row| attribute.path().is_ident(row.word))
            .map(|row| row.source)
    }

    /// The place in the order of extraction. Schemes of credentials have one place with other extractors, so that they are checked in the
    /// order of the arguments.
    pub(super) fn order(self) -> Self {
        match self {
            Self::Bearer | Self::Basic => Self::Extract,
            other => other,
        }
    }

    pub(super) fn row(self) -> &'static Row {
        const NONE: Row = Row {
            source: ArgumentSource::Socket,
            word: "",
            words: &[],
            what: "",
            bound: None,
            call: Call::OfType(""),
        };
        ROWS.iter().find(|row| row.source == self).unwrap_or(&NONE)
    }

    pub(super) fn word(self) -> &'static str {
        self.row().word
    }
}

#[cfg(test)]
mod tests {
    use super::{ArgumentSource, ROWS};
    use crate::docs::assert_documented;

    const ALL: [ArgumentSource; 14] = [
        ArgumentSource::Socket,
        ArgumentSource::State,
        ArgumentSource::Bearer,
        ArgumentSource::Basic,
        ArgumentSource::Extract,
        ArgumentSource::Request,
        ArgumentSource::Path,
        ArgumentSource::Query,
        ArgumentSource::Header,
        ArgumentSource::Cookie,
        ArgumentSource::Depends,
        ArgumentSource::Form,
        ArgumentSource::File,
        ArgumentSource::Body,
    ];

    #[test]
    fn every_source_has_its_row() {
        for source in ALL {
            assert_eq!(source.row().source, source);
        }
        assert_eq!(ROWS.len(), ALL.len());
    }

    #[test]
    fn every_source_stands_in_the_documentation() {
        let rows = ROWS.iter().filter(|row| !row.word.is_empty());
        let words: Vec<String> = rows.map(|row| format!("`#[{}]`", row.word)).collect();
        for page in ["route.md", "../../avocet/src/extract/mod.rs"] {
            assert_documented(page, &words.join(", "));
        }
    }
}
