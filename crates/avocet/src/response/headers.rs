//! Typed headers and cookies of an answer.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue, SET_COOKIE};

use crate::model::{Model, Schema, Schemas};
use crate::operation::ResponseHeader;

/// The headers of a [`WithHeaders`](super::WithHeaders): `#[headers]` writes it for a struct, each field a header.
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
/// Limits { x_rate_limit: 60 }.write(&mut headers);
/// assert_eq!(headers["x-rate-limit"], "60");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not headers of an answer",
    label = "not headers",
    note = "write `#[headers]` above a struct whose fields are the headers"
)]
pub trait ResponseHeaders: Send {
    /// The headers for the document.
    fn describe(schemas: &mut Schemas) -> Vec<ResponseHeader>;

    /// Adds the headers to an answer.
    fn write(&self, headers: &mut HeaderMap);
}

/// A value that one header can hold: numbers, booleans, text, a [`SetCookie`], and `Option` or `Vec` of these.
///
/// A value that no header can hold (a control character in a text) is left out and logged, because the answer
/// itself is good.
///
/// ```
/// use avocet::response::HeaderField;
///
/// let mut headers = http::HeaderMap::new();
/// 7_u32.write("x-cost", &mut headers);
/// "a\r\nb".to_owned().write("x-text", &mut headers);
/// assert_eq!(headers.len(), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a header",
    label = "not a header's value",
    note = "headers are numbers, booleans, `String`, `SetCookie`, and `Option` or `Vec` of these"
)]
pub trait HeaderField {
    /// The header in the document, by the field's name; each kind of value makes its own name from it. That of a header
    /// has `-` where the field has `_`, that of a cookie is the field's.
    fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader;

    /// Adds the header, by the field's name.
    fn write(&self, name: &str, headers: &mut HeaderMap);
}

fn header(name: &str, schema: Schema) -> ResponseHeader {
    ResponseHeader {
        name: name.to_owned(),
        description: String::new(),
        required: true,
        schema,
    }
}

fn append(name: &str, value: &str, headers: &mut HeaderMap) {
    match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        (Ok(name), Ok(value)) => {
            headers.append(name, value);
        }
        _ => tracing::warn!(
            header = name,
            "a header was left out, because its value cannot stand in one"
        ),
    }
}

/// A field's name as a header's.
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

            fn write(&self, name: &str, headers: &mut HeaderMap) {
                append(&hyphenated(name), &self.to_string(), headers);
            }
        }
    )*};
}

plain_fields!(
    bool,
    String,
    &'static str,
    f32,
    f64,
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

impl<T: HeaderField> HeaderField for Option<T> {
    fn describe(name: &str, schemas: &mut Schemas) -> ResponseHeader {
        ResponseHeader {
            required: false,
            ..T::describe(name, schemas)
        }
    }

    fn write(&self, name: &str, headers: &mut HeaderMap) {
        if let Some(value) = self {
            value.write(name, headers);
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

    fn write(&self, name: &str, headers: &mut HeaderMap) {
        self.iter().for_each(|value| value.write(name, headers));
    }
}

/// A cookie to set (RFC 6265): the field's name is the cookie's. `Path=/`, `HttpOnly` and `SameSite=Lax` unless said otherwise.
///
/// ```
/// use avocet::response::{SetCookie, HeaderField};
///
/// let mut headers = http::HeaderMap::new();
/// SetCookie::new("abc").secure().write("session", &mut headers);
/// assert_eq!(headers["set-cookie"], "session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    value: String,
    path: String,
    max_age: Option<Duration>,
    script_may_read: bool,
    same_site: &'static str,
    secure: bool,
}

impl SetCookie {
    /// A cookie with this value, until the browser closes.
    ///
    /// ```
    /// let session = avocet::response::SetCookie::new("abc");
    /// ```
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            path: "/".to_owned(),
            max_age: None,
            script_may_read: false,
            same_site: "Lax",
            secure: false,
        }
    }

    /// A cookie that removes the one of its name.
    ///
    /// ```
    /// let gone = avocet::response::SetCookie::removed();
    /// ```
    pub fn removed() -> Self {
        Self::new("").max_age(Duration::ZERO)
    }

    /// Sets how long it lives, in whole seconds.
    ///
    /// ```
    /// let day = avocet::response::SetCookie::new("abc").max_age(std::time::Duration::from_secs(86_400));
    /// ```
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets the paths that it is sent to.
    ///
    /// ```
    /// let docs = avocet::response::SetCookie::new("abc").path("/docs");
    /// ```
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Has it sent over TLS only.
    ///
    /// ```
    /// let safe = avocet::response::SetCookie::new("abc").secure();
    /// ```
    pub fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// Has it sent from this site's own pages only.
    ///
    /// ```
    /// let strict = avocet::response::SetCookie::new("abc").same_site_strict();
    /// ```
    pub fn same_site_strict(mut self) -> Self {
        self.same_site = "Strict";
        self
    }

    /// Lets scripts in the page read it.
    ///
    /// ```
    /// let theme = avocet::response::SetCookie::new("dark").script_may_read();
    /// ```
    pub fn script_may_read(mut self) -> Self {
        self.script_may_read = true;
        self
    }

    /// The header's value; `None` when name, value or path hold what would end or forge an attribute.
    fn to_header(&self, name: &str) -> Option<String> {
        let token = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\",;\\=".contains(&byte))
        };
        let octets = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
        };
        if name.is_empty() || !token(name) || !octets(&self.value) || !octets(&self.path) {
            return None;
        }
        let mut text = format!("{name}={}; Path={}", self.value, self.path);
        if let Some(age) = self.max_age {
            write!(text, "; Max-Age={}", age.as_secs()).ok()?;
        }
        if !self.script_may_read {
            text.push_str("; HttpOnly");
        }
        write!(text, "; SameSite={}", self.same_site).ok()?;
        if self.secure {
            text.push_str("; Secure");
        }
        Some(text)
    }
}

impl HeaderField for SetCookie {
    fn describe(name: &str, _: &mut Schemas) -> ResponseHeader {
        let schema = Schema::string().with(
            "examples",
            vec![format!("{name}=…; Path=/; HttpOnly; SameSite=Lax")],
        );
        ResponseHeader {
            description: format!("Sets the cookie `{name}`."),
            ..header(SET_COOKIE.as_str(), schema)
        }
    }

    fn write(&self, name: &str, headers: &mut HeaderMap) {
        match self.to_header(name) {
            Some(value) => append(SET_COOKIE.as_str(), &value, headers),
            None => tracing::warn!(
                cookie = name,
                "a cookie was left out, because its value cannot stand in one"
            ),
        }
    }
}
