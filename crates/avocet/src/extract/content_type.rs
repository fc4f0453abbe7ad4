//! The content type of a request body.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode, header};

use super::request_context::text_of;
use crate::read::shortened;
use crate::report::RejectionReason;
use crate::response::HttpError;

/// The content type of a request, if it has one.
#[derive(Debug)]
pub(super) struct ContentType<'r>(Option<Cow<'r, str>>);

impl<'r> ContentType<'r> {
    pub(super) fn of(headers: &'r HeaderMap) -> Self {
        let line = headers.get(header::CONTENT_TYPE);
        Self(line.map(|line| text_of(line.as_bytes())))
    }

    /// The content type of a part of a form.
    pub(super) fn of_text(text: &'r str) -> Self {
        Self(Some(Cow::Borrowed(text)))
    }

    /// The type without its parameters, in lower case; empty if there is none.
    fn essence(&self) -> String {
        let whole = self.0.as_deref().unwrap_or_default();
        let essence = whole.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    }

    /// Whether the type is `application/json` or `application/…+json`.
    pub(super) fn is_json(&self) -> bool {
        let essence = self.essence();
        essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"))
    }

    /// Whether the type is one of these.
    pub(super) fn is_one_of(&self, media_types: &[&str]) -> bool {
        let essence = self.essence();
        let mut media_types = media_types.iter();
        media_types.any(|media_type| media_type.eq_ignore_ascii_case(&essence))
    }

    pub(super) fn is_urlencoded(&self) -> bool {
        self.essence() == "application/x-www-form-urlencoded"
    }

    pub(super) fn is_multipart(&self) -> bool {
        self.essence() == "multipart/form-data"
    }

    /// The parameter `boundary`. A boundary contains no `;`, so splitting there is safe.
    pub(super) fn boundary(&self) -> Option<&str> {
        let parameters = self.0.as_deref()?.split(';').skip(1);
        let mut pairs = parameters.filter_map(|parameter| parameter.split_once('='));
        let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
        let value = value.trim();
        let unquoted = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        Some(unquoted.unwrap_or(value)).filter(|boundary| !boundary.is_empty())
    }

    /// The response to an unsupported content type.
    pub(super) fn unsupported(&self, expected: &str) -> HttpError {
        let given = match &self.0 {
            Some(_) => format!("not `{}`", shortened(&self.essence())),
            None => "none was given".to_owned(),
        };
        let message = format!("The content type should be {expected}, {given}");
        HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
            .rejecting(RejectionReason::MediaType)
    }
}

#[cfg(test)]
mod tests {
    use super::ContentType;

    fn given(text: &str) -> ContentType<'_> {
        ContentType(Some(text.into()))
    }

    #[test]
    fn parameters_and_case_are_no_part_of_the_type() {
        assert!(given("Application/JSON; charset=utf-8").is_json());
        assert!(given("application/problem+json").is_json());
        assert!(!given("text/json").is_json());
        assert!(given("application/x-www-form-urlencoded;charset=UTF-8").is_urlencoded());
        assert!(given("multipart/form-data; boundary=x").is_multipart());
        assert!(!ContentType(None).is_json());
    }

    #[test]
    fn of_what_was_sent_the_type_alone_is_told_and_cut_short() {
        let told = |text| given(text).unsupported("`application/json`").to_string();
        assert!(told("Text/Plain; secret=x").ends_with("not `text/plain`"));
        let long = "x".repeat(5000);
        assert!(told(&long).len() < 250, "{}", told(&long));
    }

    #[test]
    fn the_boundary_may_be_quoted() {
        let boundary = |text| given(text).boundary().map(str::to_owned);
        assert_eq!(
            boundary("multipart/form-data; boundary=a b"),
            Some("a b".into())
        );
        assert_eq!(
            boundary("multipart/form-data; x=y; BOUNDARY=\"a\""),
            Some("a".into())
        );
        assert_eq!(boundary("multipart/form-data; boundary=\"\""), None);
        assert_eq!(boundary("multipart/form-data"), None);
    }
}
