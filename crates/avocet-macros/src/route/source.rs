//! The sources of arguments: one table row for each. Parsing, checks and expansion follow from the row.

/// The source of an argument, in the order of extraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ArgumentSource {
    /// The socket of a `#[websocket]`. It comes first, so that a foreign origin is rejected before other values are extracted.
    Socket,
    State,
    Extract,
    Request,
    Path,
    Query,
    Header,
    Cookie,
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
    pub(super) call: Call,
}

/// The function of `private/sources.rs` that makes the extractor.
#[derive(Clone, Copy)]
pub(super) enum Call {
    /// From the type only: no rules, no name.
    OfType(&'static str),
    /// From the type only; the function has a second type parameter, which the compiler infers.
    Inferred(&'static str),
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

const ROWS: &[Row] = &[
    Row {
        source: ArgumentSource::Path,
        word: "path",
        words: &["rename", "check", "map", "example", "examples"],
        what: "a variable of the path, which is always there",
        call: Call::Named("path"),
    },
    Row {
        source: ArgumentSource::Query,
        word: "query",
        words: PARAMETER,
        what: "a parameter",
        call: Call::OrDefault("query", "query_or"),
    },
    Row {
        source: ArgumentSource::Header,
        word: "header",
        words: PARAMETER,
        what: "a parameter",
        call: Call::OrDefault("request_header", "header_or"),
    },
    Row {
        source: ArgumentSource::Cookie,
        word: "cookie",
        words: PARAMETER,
        what: "a parameter",
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
        call: Call::OrDefault("form", "form_or"),
    },
    Row {
        source: ArgumentSource::File,
        word: "file",
        words: &["default", "rename", "alias", "deprecated"],
        what: "a file of a form",
        call: Call::OrDefault("file", "file_or"),
    },
    // With several bodies, or one with `embed`, each is a member; `check::words` and `expand::sources` implement this.
    Row {
        source: ArgumentSource::Body,
        word: "body",
        words: &["media_type"],
        what: "the whole body; write it on the fields of its `#[model]`",
        call: Call::Named("body"),
    },
    Row {
        source: ArgumentSource::State,
        word: "state",
        words: &[],
        what: "`#[state]`",
        call: Call::OfType("state"),
    },
    Row {
        source: ArgumentSource::Extract,
        word: "extract",
        words: &[],
        what: "`#[extract]`",
        call: Call::Inferred("extract"),
    },
    Row {
        source: ArgumentSource::Request,
        word: "request",
        words: &[],
        what: "`#[request]`",
        call: Call::OfType("of_request"),
    },
    Row {
        source: ArgumentSource::Socket,
        word: "",
        words: &[],
        what: "the socket",
        call: Call::OfType("socket"),
    },
];

impl ArgumentSource {
    /// Returns the source that an attribute names.
    pub(super) fn named(attribute: &syn::Attribute) -> Option<Self> {
        let mut rows = ROWS.iter().filter(|row| !row.word.is_empty());
        rows.find(|row| attribute.path().is_ident(row.word))
            .map(|row| row.source)
    }

    pub(super) fn row(self) -> &'static Row {
        const NONE: Row = Row {
            source: ArgumentSource::Socket,
            word: "",
            words: &[],
            what: "",
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
    use super::{ArgumentSource, Call, ROWS};
    use crate::docs::assert_documented;

    const ALL: [ArgumentSource; 11] = [
        ArgumentSource::Socket,
        ArgumentSource::State,
        ArgumentSource::Extract,
        ArgumentSource::Request,
        ArgumentSource::Path,
        ArgumentSource::Query,
        ArgumentSource::Header,
        ArgumentSource::Cookie,
        ArgumentSource::Form,
        ArgumentSource::File,
        ArgumentSource::Body,
    ];

    #[test]
    fn every_source_has_its_row() {
        for source in ALL {
            let row = source.row();
            assert!(
                matches!(row.call, Call::OfType(name) | Call::Inferred(name) | Call::Named(name) | Call::OrDefault(name, _) if !name.is_empty())
            );
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
