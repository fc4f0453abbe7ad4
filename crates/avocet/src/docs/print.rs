//! `--openapi`: prints the document.

use std::io::{self, Write};

use crate::model::OrderedJson;

/// Returns whether the program was asked for its document and nothing else. A program with arguments of its own reads them itself.
pub(crate) fn is_asked_for() -> bool {
    std::env::args_os().skip(1).eq(["--openapi"])
}

/// Prints the document for people and version control.
pub(crate) fn print(document: &OrderedJson) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(document).map_err(io::Error::other)?;
    text.push('\n');
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads the beginning only, such as `head`, has it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
