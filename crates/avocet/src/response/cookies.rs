//! `SetCookie`: a cookie of a response.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::SET_COOKIE;

use super::headers::{append, header};
use super::{HeaderField, InvalidHeader};
use crate::model::{Schema, Schemas};
use crate::operation::ResponseHeader;

/// The longest name and value together that browsers keep (RFC 6265bis, section 5.6).
const PAIR_BYTES: usize = 4096;
/// The longest value of an attribute that browsers keep.
const ATTRIBUTE_BYTES: usize = 1024;
/// The end of the year 9999: no later date has a form in HTTP.
const LAST_SECOND: u64 = 253_402_300_799;

/// The requests from other sites that a cookie is sent with (RFC 6265bis, section 5.6.7).
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
    /// All. Browsers require [`secure`](SetCookie::secure) then, which is set along with it.
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

/// A cookie to set (RFC 6265bis): the field's name is the cookie's. `Path=/`, `HttpOnly` and `SameSite=Lax` by default.
///
/// A cookie that browsers would drop or read in another way is an [`InvalidHeader`], which names the rule:
///
/// | part | rule |
/// |---|---|
/// | name | characters of a token |
/// | value, path, domain | visible ASCII without `"`, `,`, `;` and `\` |
/// | path | starts with `/` |
/// | name and value together | at most 4,096 bytes |
/// | path, domain | at most 1,024 bytes |
/// | expires | in the year 9999 or earlier |
/// | name with `__Secure-` | [`secure`](Self::secure) |
/// | name with `__Host-` | [`secure`](Self::secure), the path `/`, no domain |
///
/// The prefixes count in upper and lower case, as in browsers. `SameSite=None` and [`partitioned`](Self::partitioned) set `Secure`.
///
/// ```
/// use avocet::response::{SetCookie, HeaderField};
///
/// let mut headers = http::HeaderMap::new();
/// SetCookie::new("abc").secure().write("__Host-session", &mut headers).unwrap();
/// assert_eq!(headers["set-cookie"], "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
///
/// let error = SetCookie::new("abc").write("__Host-session", &mut headers).unwrap_err();
/// assert_eq!(error.to_string(), "the cookie `__Host-session` cannot be sent: its prefix requires `secure`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    value: String,
    path: String,
    max_age: Option<Duration>,
    expires: Option<SystemTime>,
    domain: Option<String>,
    http_only: bool,
    same_site: SameSite,
    secure: bool,
    partitioned: bool,
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
            expires: None,
            domain: None,
            http_only: true,
            same_site: SameSite::Lax,
            secure: false,
            partitioned: false,
        }
    }

    /// Creates a cookie that removes the existing cookie of its name. A cookie with a domain or a path is removed only with the same domain
    /// and path; one whose name has a prefix, or that is partitioned, only with [`secure`](Self::secure) or [`partitioned`](Self::partitioned).
    ///
    /// ```
    /// let gone = avocet::response::SetCookie::removed();
    /// ```
    pub fn removed() -> Self {
        Self::new("").max_age(Duration::ZERO)
    }

    /// Sets the lifetime, in whole seconds. It takes precedence over [`expires`](Self::expires).
    ///
    /// ```
    /// let day = avocet::response::SetCookie::new("abc").max_age(std::time::Duration::from_secs(86_400));
    /// ```
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets the time at which it expires, in whole seconds. Prefer [`max_age`](Self::max_age), which does not depend on the clock of the
    /// client.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use avocet::response::{HeaderField, SetCookie};
    ///
    /// let mut headers = http::HeaderMap::new();
    /// let cookie = SetCookie::new("abc").expires(UNIX_EPOCH + Duration::from_secs(1_798_761_600));
    /// cookie.write("offer", &mut headers).unwrap();
    /// assert!(headers["set-cookie"].to_str().unwrap().contains("Expires=Fri, 01 Jan 2027 00:00:00 GMT"));
    /// ```
    pub fn expires(mut self, at: SystemTime) -> Self {
        self.expires = Some(at);
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

    /// Sends it over TLS only. Most browsers also send it to `localhost` without TLS.
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

    /// Keeps a separate cookie for each site that embeds the page (CHIPS). Browsers require [`secure`](Self::secure) then, which is set
    /// along with it.
    ///
    /// ```
    /// use avocet::response::{HeaderField, SameSite, SetCookie};
    ///
    /// let mut headers = http::HeaderMap::new();
    /// let embedded = SetCookie::new("abc").same_site(SameSite::None).partitioned();
    /// embedded.write("widget", &mut headers).unwrap();
    /// assert_eq!(headers["set-cookie"], "widget=abc; Path=/; HttpOnly; SameSite=None; Secure; Partitioned");
    /// ```
    pub fn partitioned(mut self) -> Self {
        self.partitioned = true;
        self
    }

    fn is_secure(&self) -> bool {
        self.secure || self.partitioned || self.same_site == SameSite::None
    }

    /// Returns the rule that the cookie breaks with this name, if there is one.
    fn broken_rule(&self, name: &str) -> Option<&'static str> {
        let octets = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
        };
        let domain = self.domain.as_deref().unwrap_or_default();
        let has_prefix = |prefix: &str| {
            let start = name.get(..prefix.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let (is_host, is_prefixed) = (
            has_prefix("__Host-"),
            has_prefix("__Host-") || has_prefix("__Secure-"),
        );
        let after_last = |at: SystemTime| {
            let since = at.duration_since(SystemTime::UNIX_EPOCH);
            since.is_ok_and(|since| since.as_secs() > LAST_SECOND)
        };
        let rules = [
            (
                is_cookie_name(name),
                "its name has a character that a cookie cannot hold",
            ),
            (
                octets(&self.value) && octets(&self.path) && octets(domain),
                "its value, path or domain has a character that a cookie cannot hold",
            ),
            (
                self.path.starts_with('/'),
                "its path does not start with `/`",
            ),
            (
                name.len() + self.value.len() <= PAIR_BYTES,
                "its name and value have more than 4096 bytes together",
            ),
            (
                self.path.len().max(domain.len()) <= ATTRIBUTE_BYTES,
                "its path or domain has more than 1024 bytes",
            ),
            (
                !self.expires.is_some_and(after_last),
                "it expires after the year 9999",
            ),
            (
                !is_prefixed || self.is_secure(),
                "its prefix requires `secure`",
            ),
            (
                !is_host || self.path == "/",
                "its prefix `__Host-` requires the path `/`",
            ),
            (
                !is_host || self.domain.is_none(),
                "its prefix `__Host-` allows no domain",
            ),
        ];
        let (_, broken) = rules.into_iter().find(|(is_kept, _)| !is_kept)?;
        Some(broken)
    }

    /// Returns the value of the header.
    fn to_header(&self, name: &str) -> String {
        let mut text = format!("{name}={}; Path={}", self.value, self.path);
        let mut add = |attribute: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = write!(text, "; {attribute}");
        };
        if let Some(age) = self.max_age {
            add(format_args!("Max-Age={}", age.as_secs()));
        }
        if let Some(at) = self.expires {
            // No form of HTTP has a date before 1970.
            let at = at.max(SystemTime::UNIX_EPOCH);
            add(format_args!("Expires={}", httpdate::fmt_http_date(at)));
        }
        if let Some(domain) = &self.domain {
            add(format_args!("Domain={domain}"));
        }
        if self.http_only {
            add(format_args!("HttpOnly"));
        }
        add(format_args!("SameSite={}", self.same_site.name()));
        if self.is_secure() {
            add(format_args!("Secure"));
        }
        if self.partitioned {
            add(format_args!("Partitioned"));
        }
        text
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
        match self.broken_rule(name) {
            Some(broken) => Err(InvalidHeader::of_cookie(name, broken)),
            None => append(SET_COOKIE.as_str(), &self.to_header(name), headers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, cookie: &SetCookie) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        let result = cookie.write(name, &mut headers);
        result.map_err(|error| error.to_string())?;
        Ok(headers["set-cookie"].to_str().expect("ASCII").to_owned())
    }

    #[test]
    fn v16_a_cookie_that_browsers_would_drop_names_its_rule() {
        let new = || SetCookie::new("abc");
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND + 1);
        for (name, cookie, rule) in [
            ("a b", new(), "its name has a character"),
            ("", new(), "its name has a character"),
            ("a=", new(), "its name has a character"),
            (
                "a",
                SetCookie::new("b; Domain=evil.net"),
                "its value, path or domain",
            ),
            (
                "a",
                SetCookie::new("b\r\nset-cookie: c=d"),
                "its value, path or domain",
            ),
            ("a", new().path("/\n"), "its value, path or domain"),
            ("a", new().domain("a;b"), "its value, path or domain"),
            ("a", new().path("docs"), "does not start with `/`"),
            (
                "a",
                SetCookie::new("b".repeat(4096)),
                "more than 4096 bytes",
            ),
            (
                "a",
                new().path(format!("/{}", "b".repeat(1024))),
                "more than 1024 bytes",
            ),
            ("a", new().expires(far), "after the year 9999"),
            ("__Secure-a", new(), "requires `secure`"),
            ("__host-a", new(), "requires `secure`"),
            (
                "__Host-a",
                new().secure().path("/docs"),
                "requires the path `/`",
            ),
            (
                "__HOST-a",
                new().secure().domain("example.com"),
                "allows no domain",
            ),
        ] {
            let error = written(name, &cookie).expect_err("a rule is broken");
            assert!(error.contains(rule), "{name}: {error}");
        }
    }

    #[test]
    fn a_cookie_at_the_limits_is_sent() {
        let last = SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND);
        assert!(written("a", &SetCookie::new("b".repeat(4095))).is_ok());
        let header = written("a", &SetCookie::new("b").expires(last)).expect("it is valid");
        assert!(
            header.contains("Expires=Fri, 31 Dec 9999 23:59:59 GMT"),
            "{header}"
        );
        let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let header = written("a", &SetCookie::new("b").expires(early)).expect("it is valid");
        assert!(
            header.contains("Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
            "{header}"
        );
    }

    #[test]
    fn what_requires_secure_sets_it() {
        for cookie in [
            SetCookie::new("b").same_site(SameSite::None),
            SetCookie::new("b").partitioned(),
        ] {
            let header = written("__Host-a", &cookie).expect("it is valid");
            assert!(header.contains("; Secure"), "{header}");
        }
    }
}
