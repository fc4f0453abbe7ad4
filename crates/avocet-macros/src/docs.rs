//! Doc comments as descriptions.

use syn::{Attribute, Expr, Lit, Meta};

/// Returns the text of the doc comment, without the leading space of each line.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    lines.join("\n").trim().to_owned()
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(literal) = &pair.value else {
        return None;
    };
    match &literal.lit {
        Lit::Str(text) if pair.path.is_ident("doc") => {
            let text = text.value();
            let lines = text
                .lines()
                .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
            Some(lines.collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    }
}

/// Splits the text into the first line, without its final period, and the rest.
pub(crate) fn summary_and_rest(text: &str) -> (String, String) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let summary = first.trim().strip_suffix('.').unwrap_or(first.trim());
    (summary.to_owned(), rest.trim().to_owned())
}

/// Reads a page of the documentation by its path from the folder `docs`.
#[cfg(test)]
pub(crate) fn page(path: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/");
    std::fs::read_to_string(format!("{folder}{path}")).expect(path)
}

/// Asserts that a table of the page lists every word that `known` has in backticks.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_documented(path: &str, known: &str) {
    let page = page(path);
    for written in known.split('`').skip(1).step_by(2) {
        let word = written.split([' ', '(']).next().unwrap_or_default();
        let cells = [" ", "`", "("].map(|end| format!("`{word}{end}"));
        let mut rows = page.lines().filter(|line| line.contains("| "));
        assert!(
            rows.any(|line| cells.iter().any(|cell| line.contains(cell))),
            "no table of {path} has `{word}`"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::summary_and_rest;

    #[test]
    fn the_first_line_is_the_summary() {
        assert_eq!(
            summary_and_rest("Read it."),
            ("Read it".to_owned(), String::new())
        );
        assert_eq!(
            summary_and_rest("Read it.\n\nAll of it."),
            ("Read it".to_owned(), "All of it.".to_owned())
        );
    }
}
