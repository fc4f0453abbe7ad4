//! The check of the token of a form, at the beginning of its body.

use std::pin::Pin;
use std::task::{Context, Poll};

use avocet::extract::ReceivedBody;
use avocet::layer::Request;
use avocet::response::{BodyError, HttpError};
use avocet::security::forbidden;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::active::Active;
use crate::csrf::{FIELD, HEADER, LENGTH, is_valid};

/// How much of a body is read to find the token.
const BEGINNING: usize = 16 * 1024;
/// After so many bytes it is searched first, then whenever it has twice as many: the work is linear however small the pieces are.
const FIRST_SEARCH: usize = 256;

/// Returns the request if it has a valid token, in a header or in the beginning of its body.
///
/// The body is searched, not parsed: whoever can write a valid token anywhere in it knows the token, so a parser would make the check no
/// stricter.
///
/// # Errors
/// 403.
pub(crate) async fn check(active: &Active, request: Request) -> Result<Request, HttpError> {
    active.load().await?;
    let tokens = request.headers().get_all(HEADER).iter();
    if tokens
        .into_iter()
        .any(|token| is_valid(token.as_bytes(), active))
    {
        return Ok(request);
    }
    let (head, mut body) = request.into_inner().into_parts();
    let mut read = Vec::new();
    let mut rest = None;
    let mut next_search = FIRST_SEARCH;
    loop {
        let frame = body.frame().await;
        let is_over = !matches!(frame, Some(Ok(_)));
        match frame.and_then(Result::ok).map(Frame::into_data) {
            Some(Ok(data)) => read.extend_from_slice(&data),
            Some(Err(trailers)) => rest = Some(trailers),
            None => {}
        }
        if !is_over && read.len() < next_search {
            continue;
        }
        next_search = read.len() * 2;
        if has_token(&read[..read.len().min(BEGINNING)], active) {
            let read = Bytes::from(read);
            let body = Replayed { read, rest, body };
            let request = http::Request::from_parts(head, ReceivedBody::new(body));
            return Ok(request.into());
        }
        if is_over || read.len() >= BEGINNING {
            break;
        }
    }
    Err(forbidden(&format!(
        "The form has no valid CSRF token: reload the page and send it again. The token is the first field, `{FIELD}`, or the header `{HEADER}`"
    )))
}

/// Whether text has the field with a valid token, URL-encoded or as part of a multipart body.
fn has_token(text: &[u8], active: &Active) -> bool {
    candidates(text).any(|token| is_valid(token, active))
}

/// Returns what may be a token: what follows the name of the field. It looks at each byte a fixed number of times, because a client can
/// repeat the name.
fn candidates(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut after_name = 0;
    // The end of the next empty line at or after the last name; the length of the text if there is none.
    let mut after_line = 0;
    std::iter::from_fn(move || {
        loop {
            after_name = end_of(FIELD.as_bytes(), text, after_name)?;
            let value = match text.get(after_name) {
                Some(b'=') => after_name + 1,
                // The headers of the part end with an empty line.
                Some(b'"') => {
                    if after_line < after_name + EMPTY_LINE.len() {
                        after_line = end_of(EMPTY_LINE, text, after_name).unwrap_or(text.len());
                    }
                    after_line
                }
                _ => continue,
            };
            if let Some(token) = text.get(value..value + LENGTH) {
                return Some(token);
            }
        }
    })
}

const EMPTY_LINE: &[u8] = b"\r\n\r\n";

/// Returns where a part of a text ends that begins at or after a position.
fn end_of(part: &[u8], text: &[u8], from: usize) -> Option<usize> {
    let mut windows = text.get(from..)?.windows(part.len());
    let at = windows.position(|window| window == part)?;
    Some(from + at + part.len())
}

/// A body whose beginning was read.
struct Replayed {
    read: Bytes,
    /// Trailers that came with the beginning.
    rest: Option<Frame<Bytes>>,
    body: ReceivedBody,
}

impl Body for Replayed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if !self.read.is_empty() {
            let read = std::mem::take(&mut self.read);
            return Poll::Ready(Some(Ok(Frame::data(read))));
        }
        if let Some(rest) = self.rest.take() {
            return Poll::Ready(Some(Ok(rest)));
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let read = u64::try_from(self.read.len()).unwrap_or(u64::MAX);
        let rest = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_follow_the_name_of_the_field() {
        let (one, two) = ("1".repeat(LENGTH), "2".repeat(LENGTH));
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        for (text, expected) in [
            (format!("csrf_token={one}"), vec![&one]),
            (
                format!("a=b&csrf_token={one}&csrf_token={two}"),
                vec![&one, &two],
            ),
            (part("csrf_token", &one), vec![&one]),
            (
                part("a", "csrf_token=") + &part("csrf_token", &two),
                vec![&two],
            ),
            (
                part("csrf_token", &one) + &part("csrf_token", &two),
                vec![&one, &two],
            ),
            (format!("csrf_token={}", &one[1..]), vec![]),
            (format!("csrf_token\"{one}"), vec![]),
            (format!("csrf_token: {one}"), vec![]),
            ("csrf_token".to_owned(), vec![]),
            ("csrf_token\"\r\n\r\n".to_owned(), vec![]),
            (String::new(), vec![]),
        ] {
            let found: Vec<_> = candidates(text.as_bytes()).collect();
            let found: Vec<_> = found.iter().filter(|it| it[0] != b'\r').collect();
            let expected: Vec<_> = expected.iter().map(|it| it.as_bytes()).collect();
            assert_eq!(found, expected.iter().collect::<Vec<_>>(), "{text}");
        }
    }

    /// A search for the empty line from each name would take hours here.
    #[test]
    fn a18_a_name_that_is_repeated_does_not_repeat_the_search() {
        let mut text = "csrf_token\"".repeat(1_000_000);
        assert_eq!(candidates(text.as_bytes()).count(), 0);
        text.push_str("\r\n\r\n");
        assert_eq!(candidates(text.as_bytes()).count(), 0);
        text.push_str(&"1".repeat(LENGTH));
        assert_eq!(candidates(text.as_bytes()).count(), 1_000_000);
    }
}
