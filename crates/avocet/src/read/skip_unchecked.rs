//! Skips a value that is read later: only its end is located, nothing in it is checked.

use memchr::memchr;

use super::plain_text::first_of_eight;

/// The position after the value at `at`, if it is valid.
pub(super) fn past_value(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => past_string(bytes, at + 1),
        b'{' | b'[' => past_nested(bytes, at + 1),
        _ => Some(past_word(bytes, at)),
    }
}

/// The same for the list or object whose opening bracket directly precedes `at`.
fn past_nested(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut open = 1_usize;
    while open > 0 {
        let byte = bytes.get(at)?;
        at += 1;
        match byte {
            b'"' => at = past_string(bytes, at)?,
            b'{' | b'[' => open += 1,
            b'}' | b']' => open -= 1,
            _ => {}
        }
    }
    Some(at)
}

/// The same for the string whose opening quote directly precedes `at`.
#[inline]
fn past_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    // `memchr` is fast on long strings but has a startup cost that short ones do not repay.
    if let Some(location) = bytes
        .get(at..)?
        .first_chunk()
        .and_then(|eight| first_of_eight(*eight))
        && bytes.get(at + location) == Some(&b'"')
    {
        return Some(at + location + 1);
    }
    loop {
        let rest = bytes.get(at..)?;
        let plain = rest.get(..memchr(b'"', rest)?)?;
        at += plain.len() + 1;
        let backslashes = plain.iter().rev().take_while(|byte| **byte == b'\\');
        // A backslash after a backslash does not begin an escape.
        if backslashes.count() % 2 == 0 {
            return Some(at);
        }
    }
}

/// The same for a number or a literal such as `true`.
fn past_word(bytes: &[u8], at: usize) -> usize {
    let word = bytes.get(at..).unwrap_or_default();
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
    at + word.iter().position(ends).unwrap_or(word.len())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::past_value;
    use crate::read::json::Json;

    /// Valid values with content that would mislead a reader that does not recognise strings.
    fn values() -> impl Strategy<Value = String> {
        let text = r#""([a-z{}\[\],:é]|\\["\\n]){0,60}""#;
        let word = prop_oneof!["-?(0|[1-9][0-9]{0,3})([.][0-9]{1,3})?", "null|true|false"];
        let leaf = prop_oneof![text, word];
        leaf.prop_recursive(4, 40, 5, move |value| {
            let member = (text, "[ \n]?", value.clone())
                .prop_map(|(key, space, value)| format!("{key}{space}:{space}{value}"));
            prop_oneof![
                vec(value, 0..5).prop_map(|items| format!("[{}]", items.join(" , "))),
                vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_ends_where_its_reader_says(value in values(), behind in "|,|]|}| |\n, \"a\": 1}") {
            let text = format!("{value}{behind}");
            let mut json = Json::new(&text, 128);
            let start = json.mark();
            prop_assert_eq!(json.skip(), Ok(()));
            prop_assert_eq!(json.passed(start), value.len());
            prop_assert_eq!(past_value(text.as_bytes(), 0), Some(value.len()));
        }
    }

    #[test]
    fn what_does_not_end_has_no_end() {
        for open in [
            "\"",
            "\"a",
            r#""\""#,
            r#""\\\""#,
            "[",
            "[[]",
            "{\"}\"",
            "{\"a\":\"",
            "",
        ] {
            assert_eq!(past_value(open.as_bytes(), 0), None, "{open}");
        }
    }
}
