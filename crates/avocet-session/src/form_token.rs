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
    let mut after = text;
    while let Some(at) = find(after, FIELD.as_bytes()) {
        after = &after[at + FIELD.len()..];
        let value = match after {
            [b'=', value @ ..] => Some(value),
            // The headers of the part end with an empty line.
            [b'"', ..] => find(after, b"\r\n\r\n").map(|end| &after[end + 4..]),
            _ => None,
        };
        let token = value.and_then(|value| value.get(..LENGTH));
        if token.is_some_and(|token| is_valid(token, active)) {
            return true;
        }
    }
    false
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
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
