//! How a request says that its body is compressed.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::request_context::text_of;
use crate::observe::RejectionReason;
use crate::read::shortened;
use crate::response::HttpError;

/// Rejects a body with a content coding: its bytes are not what the content type says (RFC 9110, section 15.5.16).
///
/// # Errors
/// 415 with `Accept-Encoding: identity`.
pub(super) fn check(headers: &HeaderMap) -> Result<(), HttpError> {
    let lines = headers.get_all(header::CONTENT_ENCODING).iter();
    let mut codings = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let Some(coding) = codings.find(|coding| !is_identity(coding.trim_ascii())) else {
        return Ok(());
    };
    let coding = text_of(coding.trim_ascii()).into_owned();
    let message = format!(
        "The body should be sent without a content coding, not as `{}`",
        shortened(&coding)
    );
    Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
        .rejecting(RejectionReason::MediaType)
        .header(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        ))
}

fn is_identity(coding: &[u8]) -> bool {
    coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(lines: &[&'static str]) -> Result<(), HttpError> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(line));
        }
        check(&headers)
    }

    #[test]
    fn a_body_as_it_is_passes() {
        for lines in [&[][..], &["identity"], &[""], &["Identity, identity"]] {
            assert!(checked(lines).is_ok(), "{lines:?}");
        }
    }

    #[test]
    fn a_compressed_body_is_rejected_wherever_the_header_says_so() {
        for lines in [
            &["gzip"][..],
            &["x-gzip"],
            &["br"],
            &["identity, zstd"],
            &["identity", "deflate"],
            &["nonsense"],
        ] {
            let error = checked(lines).expect_err("a coding");
            assert_eq!(error.status(), 415, "{lines:?}");
        }
    }
}
