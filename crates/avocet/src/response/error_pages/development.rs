//! The page of an internal error for developers. Only debug builds of Avocet have this file.
//!
//! It shows what the program knows of itself: the operation, the error with its causes, and the place of a panic. It shows nothing of the
//! request, whose headers, path, query and body can have secrets.

use std::error::Error;
use std::fmt::Write;

use http::{HeaderValue, header};

use crate::error::{ErrorContent, PlacedPanic, causes, escape, page as html_page};
use crate::operation::Operation;
use crate::response::Response;

/// How much of one text is shown, in characters.
const LONGEST: usize = 8 * 1024;

pub(super) fn page(
    error: &ErrorContent<'_>,
    source: Option<&(dyn Error + 'static)>,
    operation: Option<&Operation>,
) -> Response {
    let mut main = String::new();
    if let Some(operation) = operation {
        let declaration = operation.declaration;
        let _ = writeln!(
            main,
            "<h2>Operation</h2>\n<p><code>{} {}</code>, <code>{}</code> in <code>{}:{}</code></p>",
            escape(operation.method.as_str()),
            escape(&operation.path),
            escape(&operation.id),
            escape(declaration.file),
            declaration.line,
        );
    }
    let mut titles = std::iter::once("Error").chain(std::iter::repeat("Caused by"));
    if source.is_none() {
        let _ = writeln!(
            main,
            "<h2>Error</h2>\n<pre>{}</pre>",
            shown(&error.message())
        );
    }
    for cause in causes(source) {
        let title = titles.next().unwrap_or_default();
        let _ = writeln!(
            main,
            "<h2>{title}</h2>\n<pre>{}</pre>",
            shown(&cause.to_string())
        );
        if let Some(panic) = cause.downcast_ref::<PlacedPanic>() {
            let _ = writeln!(main, "<p>at <code>{}</code></p>", escape(&panic.place));
        }
    }
    main.push_str(
        "<p>You see this page because <code>App::development_errors</code> is set. Release builds do not have it.</p>\n",
    );
    let mut response = html_page(error, &main);
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

/// Returns a text, escaped, and cut if it is long.
fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(LONGEST).collect();
    let rest = if letters.next().is_some() { "…" } else { "" };
    escape(&start) + rest
}
