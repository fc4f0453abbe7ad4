//! Typed headers of a response.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::model::{Model, Schema, Schemas};
use crate::operation::ResponseHeader;

/// The headers of a [`WithHeaders`](super::WithHeaders): `#[headers]` implements it for a struct whose fields are headers.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::ResponseHeaders;
///
/// #[headers]
/// struct Limits {
///     x_rate_limit: u32,
/// }
///
/// let mut headers = http::HeaderMap::new();
/// Limits { x_rate_limit: 60 }.write(&mut headers).unwrap();
/// assert_eq!(headers["x-rate-limit"], "60");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the headers of a response",
    label = "not headers",
    note = "write `#[headers]` above a struct whose fields are the headers"
)]
pub trait ResponseHeaders: Send {
    /// Returns the headers for the document.
    fn describe(schemas: &mut Schemas) -> Vec<ResponseHeader>;

    /// Adds the headers to an empty map.
    ///
    /// # Errors
    /// [`InvalidHeader`] for the first value that cannot be sent. The response is then a 500.
    fn write(&self, headers: &mut HeaderMap) -> Result<(), InvalidHeader>;
}

/// Headers that the document does not list, such as those that another server has sent.
///
/// ```
/// use avocet::prelude::*;
/// use http::{HeaderMap, HeaderValue};
///
/// #[get("/answer")]
/// async fn answer() -> WithHeaders<String, HeaderMap> {
///     let headers = HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static("\"7\""))]);
///     WithHeaders::new("42".to_owned(), headers)
/// }
/// # let route = avocet::route::IntoRoute::into_route(answer {});
/// # assert!(route.operation().responses[0].headers.is_empty());
/// ```
impl ResponseHeaders for HeaderMap {
    fn describe(_: &mut Schemas) -> Vec<ResponseHeader> {
        Vec::new()
    }

    fn write(&self, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
        headers.extend(self.clone());
        Ok(())
    }
}

/// A value of a header: numbers, booleans, text, a [`SetCookie`](super::SetCookie), and `Option` or `Vec` of these.
///
/// A header cannot contain control characters except tabs; non-ASCII text is sent as UTF-8, which not every client reads. Text
/// with a control character, a number that is not finite and a cookie that breaks a rule of [`SetCookie`](super::SetCookie) are an
/// [`InvalidHeader`]: the response is a 500, and the header's name is logged.
///
/// ```
/// use avocet::response::HeaderField;
///
/// let mut headers = http::HeaderMap::new();
/// assert!(7_u32.write("x-cost", &mut headers).is_ok());
/// assert!("a\r\nb".to_owned().write("x-text", &mut headers).is_err());
/// assert_eq!(headers.len(), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a header",
    label = "not a header's value",
    note = "headers are numbers, booleans, `String`, `SetCookie`, and `Option` or `Vec` of these"
)]
pub trait HeaderField {
    /// Describes the header for the document. The name is made from the field's name: a header has `-` where the field has `_`, a
    /// cookie has the field's name unchanged.
    fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader;

    /// Adds the header; its name is made from the field's name.
    ///
    /// # Errors
    /// [`InvalidHeader`] if the value cannot be sent.
    fn write(&self, name: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader>;
}

/// A header or cookie of a response whose value cannot be sent. It never shows the value, which may be a secret.
///
/// ```
/// use avocet::response::HeaderField;
///
/// let error = f64::NAN.write("x-cost", &mut http::HeaderMap::new()).unwrap_err();
/// assert_eq!(error.to_string(), "the header `x-cost` cannot be sent: its number is not finite");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidHeader {
    what: &'static str,
    name: String,
    why: &'static str,
}

impl InvalidHeader {
    /// Creates the error with the header's name and the reason.
    ///
    /// ```
    /// use avocet::response::InvalidHeader;
    ///
    /// let error = InvalidHeader::new("x-etag", "it has no quotes");
    /// assert_eq!(error.to_string(), "the header `x-etag` cannot be sent: it has no quotes");
    /// ```
    pub fn new(name: impl Into<String>, why: &'static str) -> Self {
        Self {
            what: "header",
            name: name.into(),
            why,
        }
    }

    /// Creates the error of a cookie.
    pub(super) fn of_cookie(name: &str, why: &'static str) -> Self {
        Self {
            what: "cookie",
            ..Self::new(name, why)
        }
    }
}

impl fmt::Display for InvalidHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name, why } = self;
        write!(f, "the {what} `{name}` cannot be sent: {why}")
    }
}

impl Error for InvalidHeader {}

pub(super) fn header(name: &str, schema: Schema) -> ResponseHeader {
    ResponseHeader {
        name: name.to_owned(),
        description: String::new(),
        required: true,
        schema,
    }
}

pub(super) fn append(
    name: &str,
    value: &str,
    headers: &mut HeaderMap,
) -> Result<(), InvalidHeader> {
    let known = HeaderName::try_from(name)
        .map_err(|_| InvalidHeader::new(name, "this is not a valid header name"))?;
    let value = HeaderValue::from_str(value)
        .map_err(|_| InvalidHeader::new(name, "its value has a control character"))?;
    headers.append(known, value);
    Ok(())
}

/// Converts a field's name to a header's name.
fn hyphenated(field: &str) -> Cow<'_, str> {
    if field.contains('_') {
        field.replace('_', "-").into()
    } else {
        field.into()
    }
}

macro_rules! plain_fields {
    ($($kind:ty),*) => {$(
        impl HeaderField for $kind {
            fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader {
                header(&hyphenated(name), <$kind>::schema(schemas))
            }

            fn write(&self, name: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
                append(&hyphenated(name), &self.to_string(), headers)
            }
        }
    )*};
}

plain_fields!(
    bool,
    String,
    &'static str,
    i8,
    i16,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    usize
);

macro_rules! float_fields {
    ($($kind:ty),*) => {$(
        impl HeaderField for $kind {
            fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader {
                header(&hyphenated(name), <$kind>::schema(schemas))
            }

            fn write(&self, name: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
                let name = hyphenated(name);
                // The document declares `number`, which excludes infinity.
                if !self.is_finite() {
                    return Err(InvalidHeader::new(name, "its number is not finite"));
                }
                append(&name, &self.to_string(), headers)
            }
        }
    )*};
}

float_fields!(f32, f64);

impl<T: HeaderField> HeaderField for Option<T> {
    fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader {
        ResponseHeader {
            required: false,
            ..T::describe(name, schemas)
        }
    }

    fn write(&self, name: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
        match self {
            Some(value) => value.write(name, headers),
            None => Ok(()),
        }
    }
}

impl<T: HeaderField> HeaderField for Vec<T> {
    fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader {
        ResponseHeader {
            required: false,
            ..T::describe(name, schemas)
        }
    }

    fn write(&self, name: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
        self.iter().try_for_each(|value| value.write(name, headers))
    }
}
