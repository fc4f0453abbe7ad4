//! The output of `--help` and `--limits`.

use std::fmt::Write;

use super::table::{CONFIG, LIMIT, QUESTIONS, Row, variable};
use crate::serve::Limits;

/// Formats all options.
pub(super) fn options(name: &str, about: &str, rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows
        .iter()
        .chain([&LIMIT, &CONFIG])
        .chain(QUESTIONS)
        .filter(|row| row.is_supported)
        .collect();
    let usage = |row: &Row| {
        format!("--{} {}", row.name, row.value)
            .trim_end()
            .to_owned()
    };
    let width = rows.iter().map(|row| usage(row).len()).max().unwrap_or(0);
    let mut text = format!("{about}\n\nUsage: {name} [OPTIONS]\n\n");
    for row in rows {
        let _ = write!(text, "  {:width$}  {}", usage(row), row.about);
        if !row.default.is_empty() {
            let _ = write!(text, " [{}]", row.default);
        }
        text.push('\n');
    }
    let _ = write!(
        text,
        "\nEach option can also be an environment variable ({}; for a limit {} and its name in capitals),\n\
         or a key of the file (port = 8000, [limits] body_bytes = \"4 MiB\"). Arguments take precedence over\n\
         variables, and variables over the file.\n",
        variable("port"),
        variable("limit-"),
    );
    text
}

/// Formats every limit with its value, its range, its environment variable, and its description.
pub(super) fn limits(limits: &Limits) -> String {
    let mut text = String::from("Change one with --limit NAME=VALUE.\n");
    for entry in limits.entries() {
        let (least, most) = entry.range();
        let changed = if entry.value() == entry.default() {
            String::new()
        } else {
            format!("; default {}", entry.default())
        };
        let _ = write!(
            text,
            "\n{} = {}    ({least} to {most}{changed}; {})\n",
            entry.name(),
            entry.value(),
            variable(&format!("limit-{}", entry.name())),
        );
        wrap(&mut text, &entry.about());
    }
    text
}

/// Appends a paragraph, indented and wrapped to a terminal's width.
fn wrap(text: &mut String, paragraph: &str) {
    let mut column = 0;
    for word in paragraph.replace("[`", "`").split_whitespace() {
        let word = word.split_once("](").map_or(word, |(name, _)| name);
        if column + word.len() > 90 || column == 0 {
            text.push_str(if column == 0 { "    " } else { "\n    " });
            column = 4;
        } else {
            text.push(' ');
        }
        text.push_str(word);
        column += word.len() + 1;
    }
    text.push('\n');
}
