//! The elements of a header list (RFC 9110, section 5.6.1).

use std::borrow::Cow;

/// Returns the elements of all lines of a header, in order. Several lines form one list (section 5.3), elements are
/// separated by commas, and empty ones are ignored. A comma inside a quoted string belongs to its element. The quotes
/// are kept: they distinguish `"a"` from `W/"a"`.
pub(super) fn elements(lines: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        match line {
            Cow::Borrowed(line) => found.extend(Elements(line).map(Cow::Borrowed)),
            Cow::Owned(line) => found.extend(Elements(&line).map(|it| Cow::Owned(it.to_owned()))),
        }
    }
    found
}

/// The elements of the rest of one line.
struct Elements<'l>(&'l str);

impl<'l> Iterator for Elements<'l> {
    type Item = &'l str;

    fn next(&mut self) -> Option<&'l str> {
        while !self.0.is_empty() {
            let end = end_of_element(self.0);
            let element = self.0[..end].trim_matches([' ', '\t']);
            self.0 = self.0.get(end + 1..).unwrap_or_default();
            if !element.is_empty() {
                return Some(element);
            }
        }
        None
    }
}

/// Returns the position of the first comma outside of quoted strings, or the length of the text.
fn end_of_element(text: &str) -> usize {
    let mut from = 0;
    while let Some(found) = memchr::memchr2(b',', b'"', &text.as_bytes()[from..]) {
        let at = from + found;
        if text.as_bytes()[at] == b',' {
            return at;
        }
        from = match end_of_quoted(&text[at..]) {
            Some(length) => at + length,
            // An unclosed quote is an ordinary character.
            None => at + 1,
        };
    }
    text.len()
}

/// Returns the length of the quoted string at the beginning of a text. A backslash escapes the next character (section
/// 5.6.4).
fn end_of_quoted(text: &str) -> Option<usize> {
    let mut from = 1;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', text.as_bytes().get(from..)?)?;
        match text.as_bytes()[at] {
            b'"' => return Some(at + 1),
            _ => from = at + 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[track_caller]
    fn check(lines: &[&str], expected: &[&str]) {
        assert_eq!(
            elements(lines.iter().map(|&it| it.into()).collect()),
            expected
        );
        let owned = lines.iter().map(|&it| it.to_owned().into()).collect();
        assert_eq!(elements(owned), expected);
    }

    #[test]
    fn commas_separate_elements_and_lines_join() {
        check(&["1,2"], &["1", "2"]);
        check(&["1, 2", "3"], &["1", "2", "3"]);
        check(&["one two\t,  three "], &["one two", "three"]);
        check(&["ü,é"], &["ü", "é"]);
        check(&[], &[]);
    }

    #[test]
    fn empty_elements_do_not_count() {
        check(&[",1,, ,2,"], &["1", "2"]);
        check(&["", " ", ",", " , "], &[]);
    }

    #[test]
    fn a_quoted_string_is_one_element() {
        check(&[r#""a,b", c"#], &[r#""a,b""#, "c"]);
        check(&[r#"W/"a,b","c""#], &[r#"W/"a,b""#, r#""c""#]);
        check(
            &[r#"for="[::1],x";proto=http, b"#],
            &[r#"for="[::1],x";proto=http"#, "b"],
        );
        check(&[r#""a\",b",c"#], &[r#""a\",b""#, "c"]);
        check(&[r#""","#], &[r#""""#]);
    }

    #[test]
    fn a_quote_without_an_end_is_a_letter() {
        check(&[r#"5" high, 6 wide"#], &[r#"5" high"#, "6 wide"]);
        check(&[r#""a\"#, r#""b,\"#], &[r#""a\"#, r#""b"#, r"\"]);
        check(&[r#"a,""#], &["a", r#"""#]);
    }
}
