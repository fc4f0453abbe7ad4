//! A doc comment as the summary and the description of an operation.

use super::Operation;

impl Operation {
    /// Sets the summary and the description from a doc comment, which is Markdown. The summary is the first paragraph in one line, without
    /// its final period, or the first heading; the description is the rest.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// let operation = Operation::get("/items").doc_comment("List the items\nof a shop.\n\nThe newest comes first.");
    /// assert_eq!(operation.summary, "List the items of a shop");
    /// assert_eq!(operation.description, "The newest comes first.");
    /// ```
    pub fn doc_comment(mut self, text: &str) -> Self {
        let (summary, rest) = summary_and_rest(text.trim());
        self.summary = summary;
        rest.clone_into(&mut self.description);
        self
    }
}

/// Splits the text into its first paragraph, in one line without the final period, and the rest.
fn summary_and_rest(text: &str) -> (String, &str) {
    let (mut lines, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        let heading = heading(line);
        if lines.is_empty() && heading.is_some() {
            lines.extend(heading);
            rest = after;
            break;
        }
        if !lines.is_empty() && is_underline(line) {
            rest = after;
            break;
        }
        if line.is_empty() || heading.is_some() || begins_a_block(line) {
            break;
        }
        lines.push(line);
        rest = after;
    }
    let mut summary = lines.join(" ");
    if let Some(sentence) = summary.strip_suffix('.') {
        summary.truncate(sentence.len());
    }
    (summary, rest.trim())
}

/// Returns the first line without the spaces around it, and the other lines.
fn first_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.trim(), rest)
}

/// Returns the text of a heading: `# Items`.
fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let is_heading = (1..=6).contains(&(line.len() - text.len())) && text.starts_with([' ', '\t']);
    is_heading.then(|| text.trim())
}

/// Returns whether the line makes a heading of the line above it.
fn is_underline(line: &str) -> bool {
    let is_of = |mark| !line.is_empty() && line.chars().all(|it| it == mark);
    is_of('=') || is_of('-')
}

/// Returns whether a list, a quote, a table or a block of code begins here, which ends a paragraph without an empty line.
fn begins_a_block(line: &str) -> bool {
    let marks = ["- ", "* ", "+ ", "1. ", "1) ", ">", "|", "```", "~~~"];
    marks.iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::summary_and_rest;

    #[track_caller]
    fn assert_split(text: &str, summary: &str, rest: &str) {
        assert_eq!(summary_and_rest(text), (summary.to_owned(), rest));
    }

    #[test]
    fn the_first_paragraph_is_the_summary() {
        assert_split("", "", "");
        assert_split("Read it.", "Read it", "");
        assert_split("Read it.\n\nAll of it.", "Read it", "All of it.");
        assert_split(
            "Read it,\n  all of it.\n \nOr a part.",
            "Read it, all of it",
            "Or a part.",
        );
        assert_split("Read it.\r\n\r\nAll.", "Read it", "All.");
    }

    #[test]
    fn a_heading_is_a_paragraph() {
        assert_split("# Items\nAll of them.", "Items", "All of them.");
        assert_split("Items\n=====\nAll.", "Items", "All.");
        assert_split("Read it\n# Errors\n404", "Read it", "# Errors\n404");
        assert_split("#1 of them", "#1 of them", "");
    }

    #[test]
    fn another_block_ends_a_paragraph() {
        for block in ["- a\n- b", "1. a", "> a", "| a |\n|---|", "```\na\n```"] {
            let text = format!("Read:\n{block}");
            assert_split(&text, "Read:", block);
            assert_split(block, "", block);
        }
    }
}
