//! Texts of the document that are combined from several.

/// Adds a sentence to a description, which is Markdown from the user.
///
/// A description of one line becomes a line of sentences, each with one mark at its end. After a longer one the sentence is a separate
/// paragraph, because it would become part of a list, a table or a block of code at the end.
pub(crate) fn add_sentence(description: &mut String, sentence: &str) {
    let before = description.trim_end().len();
    description.truncate(before);
    if sentence.is_empty() {
        return;
    }
    if description.contains('\n') {
        description.push_str("\n\n");
    } else if !description.is_empty() {
        if !ends_a_sentence(description) {
            description.push('.');
        }
        description.push(' ');
    }
    description.push_str(sentence);
}

/// Returns whether the text ends with a sentence mark, possibly inside a bracket, a quote or emphasis.
fn ends_a_sentence(text: &str) -> bool {
    let closing = [')', ']', '"', '\'', '`', '*', '_', '”', '’', '»'];
    text.trim_end_matches(closing)
        .ends_with(['.', '!', '?', ':', ';', '…'])
}

#[cfg(test)]
mod tests {
    use super::add_sentence;

    fn joined(description: &str) -> String {
        let mut description = description.to_owned();
        add_sentence(&mut description, "The stream ends.");
        description
    }

    #[test]
    fn each_sentence_has_one_mark_at_its_end() {
        assert_eq!(joined("No such item"), "No such item. The stream ends.");
        assert_eq!(joined("No such item."), "No such item. The stream ends.");
        assert_eq!(joined("Too late!\n"), "Too late! The stream ends.");
        assert_eq!(joined("Wait…"), "Wait… The stream ends.");
        assert_eq!(
            joined("It is **gone.**"),
            "It is **gone.** The stream ends."
        );
        assert_eq!(joined("It is `gone`"), "It is `gone`. The stream ends.");
        assert_eq!(
            joined("Gone (or hidden)"),
            "Gone (or hidden). The stream ends."
        );
        assert_eq!(joined(" "), "The stream ends.");
    }

    #[test]
    fn a_longer_description_keeps_its_last_block() {
        assert_eq!(
            joined("One of:\n\n- busy\n- gone\n"),
            "One of:\n\n- busy\n- gone\n\nThe stream ends."
        );
    }

    #[test]
    fn nothing_is_no_sentence() {
        let mut description = "Gone".to_owned();
        add_sentence(&mut description, "");
        assert_eq!(description, "Gone");
    }
}
