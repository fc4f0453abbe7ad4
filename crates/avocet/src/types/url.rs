//! `url::Url`, and `HttpUrl` for web addresses. Both are written in the normalised form of the URL standard.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;
use url::Url;

use super::text_kind::{TextKind, text_kinds};
use crate::model::Schema;
use crate::read::ValidationError;

const WRONG_KIND: (&str, &str) = ("url_type", "URL input should be a string or URL");

impl TextKind for Url {
    const WRONG_KIND: (&'static str, &'static str) = WRONG_KIND;

    fn parse(text: &str) -> Result<Self, ValidationError> {
        Self::parse(text).map_err(|error| {
            let error = error.to_string();
            ValidationError::new(
                "url_parsing",
                format!("Input should be a valid URL, {error}"),
            )
            .with("error", error)
        })
    }
}

/// An `http` or `https` URL of at most 2083 characters.
///
/// ```
/// use avocet::types::HttpUrl;
///
/// let link: HttpUrl = avocet::input::from_json(br#""http://EXAMPLE.com""#).unwrap();
/// assert_eq!(link.as_str(), "http://example.com/");
/// assert!(avocet::input::from_json::<HttpUrl>(br#""ftp://example.com""#).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct HttpUrl(Url);

impl HttpUrl {
    /// The most characters, both as it is sent and as it is normalised.
    pub const MAX_LENGTH: usize = 2083;

    /// The URL.
    ///
    /// ```
    /// let link: avocet::types::HttpUrl = avocet::input::from_json(br#""http://example.com""#).unwrap();
    /// let url: url::Url = link.into_url();
    /// ```
    pub fn into_url(self) -> Url {
        self.0
    }
}

impl Deref for HttpUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TextKind for HttpUrl {
    const WRONG_KIND: (&'static str, &'static str) = WRONG_KIND;

    fn parse(text: &str) -> Result<Self, ValidationError> {
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(too_long());
        }
        let url = <Url as TextKind>::parse(text)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ValidationError::new(
                "url_scheme",
                "URL scheme should be 'http' or 'https'",
            )
            .with("expected_schemes", "'http' or 'https'"));
        }
        if url.as_str().len() > Self::MAX_LENGTH {
            return Err(too_long());
        }
        Ok(Self(url))
    }
}

fn too_long() -> ValidationError {
    let length = HttpUrl::MAX_LENGTH;
    ValidationError::new(
        "url_too_long",
        format!("URL should have at most {length} characters"),
    )
    .with("max_length", length)
}

fn described() -> Schema {
    Schema::string().with("format", "uri").with("minLength", 1)
}

text_kinds! {
    [] Url, "AnyUrl", described();
    [] HttpUrl, "HttpUrl", described().with("maxLength", HttpUrl::MAX_LENGTH);
}
