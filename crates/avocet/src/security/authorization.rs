//! The header `Authorization`.

use crate::extract::RequestContext;

/// Returns the scheme and the credentials of the only header `Authorization` (RFC 9110, section 11.4).
///
/// Two of them are ambiguous: a proxy may have checked the other one.
pub(super) fn of(context: &RequestContext) -> Option<(&str, &str)> {
    let mut lines = context
        .headers()
        .get_all(http::header::AUTHORIZATION)
        .iter();
    let line = lines.next()?.to_str().ok()?;
    if lines.next().is_some() {
        return None;
    }
    let (scheme, credentials) = line.split_at(line.bytes().position(|byte| byte == b' ')?);
    let credentials = credentials.trim_matches(' ');
    (!credentials.is_empty()).then_some((scheme, credentials))
}

/// Returns a word as a quoted string of a header.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}
