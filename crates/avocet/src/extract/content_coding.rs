//! The content coding of a request body: whether it is compressed.

use http::{HeaderMap, HeaderValue, StatusCode, header};

#[cfg(feature = "compression")]
use super::decoded_body::Decoding;
use super::request_context::text_of;
use crate::read::shortened;
use crate::report::RejectionReason;
use crate::response::HttpError;

/// The accepted codings, as `Accept-Encoding` lists them.
#[cfg(feature = "compression")]
const ACCEPTED: &str = "gzip, deflate, identity";
#[cfg(not(feature = "compression"))]
const ACCEPTED: &str = "identity";

/// Returns how to decode the request body, or `None` if it is not compressed.
///
/// # Errors
/// 415 with `Accept-Encoding` for a coding that is not accepted, and for several (RFC 9110, section 15.5.16).
#[cfg(feature = "compression")]
pub(super) fn decoding(headers: &HeaderMap) -> Result<Option<Decoding>, HttpError> {
    let mut codings = codings(headers);
    let Some(coding) = codings.next() else {
        return Ok(None);
    };
    match Decoding::named(coding) {
        Some(decoding) if codings.next().is_none() => Ok(Some(decoding)),
        _ => Err(unsupported(headers)),
    }
}

/// Rejects a body with a content coding: its bytes are not of the declared content type.
///
/// # Errors
/// 415 with `Accept-Encoding` (RFC 9110, section 15.5.16).
#[cfg(not(feature = "compression"))]
pub(super) fn check(headers: &HeaderMap) -> Result<(), HttpError> {
    match codings(headers).next() {
        Some(_) => Err(unsupported(headers)),
        None => Ok(()),
    }
}

/// Returns the codings of a body in the order in which they were applied, without `identity`.
fn codings(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::CONTENT_ENCODING).iter();
    let words = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    words
        .map(<[u8]>::trim_ascii)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

fn unsupported(headers: &HeaderMap) -> HttpError {
    let given: Vec<_> = codings(headers).map(text_of).collect();
    let message = format!(
        "The content coding of the body should be one of {ACCEPTED}, not `{}`",
        shortened(&given.join(", "))
    );
    HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
        .rejecting(RejectionReason::MediaType)
        .header(header::ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "compression")]
    use super::decoding as check;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn a_body_as_it_is_passes() {
        for lines in [&[][..], &["identity"], &[""], &["Identity, identity"]] {
            assert!(check(&headers(lines)).is_ok(), "{lines:?}");
        }
    }

    #[test]
    fn an_unknown_coding_is_rejected_wherever_the_header_says_so() {
        for lines in [
            &["br"][..],
            &["identity, zstd"],
            &["identity", "br"],
            &["nonsense"],
            &["gzip, gzip"],
            &["gzip", "deflate"],
        ] {
            let error = check(&headers(lines)).expect_err("a coding");
            assert_eq!(error.status(), 415, "{lines:?}");
        }
    }

    #[cfg(not(feature = "compression"))]
    #[test]
    fn a_compressed_body_is_rejected() {
        for line in ["gzip", "x-gzip", "deflate", "GZIP"] {
            assert!(check(&headers(&[line])).is_err(), "{line}");
        }
    }

    #[cfg(feature = "compression")]
    #[test]
    fn a_compressed_body_is_decoded() {
        for line in ["gzip", "x-gzip", "deflate", "GZIP", "identity, gzip"] {
            let decoding = check(&headers(&[line]));
            assert!(decoding.is_ok_and(|decoding| decoding.is_some()), "{line}");
        }
    }
}
