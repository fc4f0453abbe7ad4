//! Typed headers and cookies of a response.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write};
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue, SET_COOKIE};

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

/// A value of a header: numbers, booleans, text, a [`SetCookie`], and `Option` or `Vec` of these.
///
/// A header cannot contain control characters except tabs; non-ASCII text is sent as UTF-8, which not every client reads. Text
/// with a control character, a number that is not finite and a cookie that would end early are an [`InvalidHeader`]: the
/// response is a 500, and the header's name is logged.
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
}

impl fmt::Display for InvalidHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name, why } = self;
        write!(f, "the {what} `{name}` cannot be sent: {why}")
    }
}

impl Error for InvalidHeader {}

fn header(name: &str, schema: Schema) -> ResponseHeader {
    ResponseHeader {
        name: name.to_owned(),
        description: String::new(),
        required: true,
        schema,
    }
}

fn append(name: &str, value: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
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

/// Which pages of other sites send a cookie along (RFC 6265bis, section 5.6.7).
///
/// ```
/// use avocet::response::{HeaderField, SameSite, SetCookie};
///
/// let mut headers = http::HeaderMap::new();
/// let embedded = SetCookie::new("abc").same_site(SameSite::None);
/// embedded.write("session", &mut headers).unwrap();
/// assert_eq!(headers["set-cookie"], "session=abc; Path=/; HttpOnly; SameSite=None; Secure");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// None. Links from other sites arrive without it.
    Strict,
    /// Those from which the user follows a link.
    #[default]
    Lax,
    /// All. Browsers demand [`secure`](SetCookie::secure) then, which is set along with it.
    None,
}

impl SameSite {
    const fn name(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// A cookie to set (RFC 6265): the field's name is the cookie's. `Path=/`, `HttpOnly` and `SameSite=Lax` unless said otherwise.
///
/// ```
/// use avocet::response::{SetCookie, HeaderField};
///
/// let mut headers = http::HeaderMap::new();
/// SetCookie::new("abc").secure().write("session", &mut headers).unwrap();
/// assert_eq!(headers["set-cookie"], "session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    value: String,
    path: String,
    max_age: Option<Duration>,
    domain: Option<String>,
    http_only: bool,
    same_site: SameSite,
    secure: bool,
}

impl SetCookie {
    /// Creates a cookie with this value, which lasts until the browser closes.
    ///
    /// ```
    /// let session = avocet::response::SetCookie::new("abc");
    /// ```
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            path: "/".to_owned(),
            max_age: None,
            domain: None,
            http_only: true,
            same_site: SameSite::Lax,
            secure: false,
        }
    }

    /// Creates a cookie that removes the existing cookie of its name.
    ///
    /// ```
    /// let gone = avocet::response::SetCookie::removed();
    /// ```
    pub fn removed() -> Self {
        Self::new("").max_age(Duration::ZERO)
    }

    /// Sets the lifetime, in whole seconds.
    ///
    /// ```
    /// let day = avocet::response::SetCookie::new("abc").max_age(std::time::Duration::from_secs(86_400));
    /// ```
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets the path that it is sent to.
    ///
    /// ```
    /// let docs = avocet::response::SetCookie::new("abc").path("/docs");
    /// ```
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sends it over TLS only.
    ///
    /// ```
    /// let safe = avocet::response::SetCookie::new("abc").secure();
    /// ```
    pub fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// Sets which pages of other sites send it along; [`SameSite::Lax`] by default.
    ///
    /// ```
    /// use avocet::response::{SameSite, SetCookie};
    ///
    /// let strict = SetCookie::new("abc").same_site(SameSite::Strict);
    /// ```
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Sets whether scripts of the page are kept from reading it; `true` by default.
    ///
    /// ```
    /// let theme = avocet::response::SetCookie::new("dark").http_only(false);
    /// ```
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// Sends it to the subdomains of this domain too. By default browsers send it to the host that set it, and no other.
    ///
    /// ```
    /// use avocet::response::{HeaderField, SetCookie};
    ///
    /// let mut headers = http::HeaderMap::new();
    /// let shared = SetCookie::new("abc").domain("example.com");
    /// shared.write("session", &mut headers).unwrap();
    /// assert_eq!(headers["set-cookie"], "session=abc; Path=/; Domain=example.com; HttpOnly; SameSite=Lax");
    /// ```
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// The header's value; `None` when value, path or domain hold what would end or forge an attribute.
    fn to_header(&self, name: &str) -> Option<String> {
        let octets = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
        };
        let domain = self.domain.as_deref();
        if !is_cookie_name(name)
            || !octets(&self.value)
            || !octets(&self.path)
            || !domain.is_none_or(octets)
        {
            return None;
        }
        let mut text = format!("{name}={}; Path={}", self.value, self.path);
        if let Some(age) = self.max_age {
            write!(text, "; Max-Age={}", age.as_secs()).ok()?;
        }
        if let Some(domain) = domain {
            write!(text, "; Domain={domain}").ok()?;
        }
        if self.http_only {
            text.push_str("; HttpOnly");
        }
        write!(text, "; SameSite={}", self.same_site.name()).ok()?;
        if self.secure || self.same_site == SameSite::None {
            text.push_str("; Secure");
        }
        Some(text)
    }
}

fn is_cookie_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\=".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

impl HeaderField for SetCookie {
    fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader {
        if !is_cookie_name(name) {
            schemas.mistake(format!("`{name}` is not a valid cookie name"));
        }
        let schema = Schema::string().with(
            "examples",
            vec![format!("{name}=…; Path=/; HttpOnly; SameSite=Lax")],
        );
        ResponseHeader {
            description: format!("Sets the cookie `{name}`."),
            ..header(SET_COOKIE.as_str(), schema)
        }
    }

    fn write(&self, name: &str, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
        let Some(value) = self.to_header(name) else {
            return Err(InvalidHeader {
                what: "cookie",
                ..InvalidHeader::new(
                    name,
                    "its value, path or domain has a character that a cookie cannot hold",
                )
            });
        };
        append(SET_COOKIE.as_str(), &value, headers)
    }
}
