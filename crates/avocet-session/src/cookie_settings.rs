//! `CookieSettings`: the name and the attributes of the session cookie, and how it is found in a request.

use std::time::Duration;

use avocet::response::{HeaderField, InvalidHeader, SameSite, SetCookie};
use http::{HeaderMap, header};

#[derive(Clone, Debug)]
pub(crate) struct CookieSettings {
    pub(crate) name: String,
    pub(crate) domain: Option<String>,
    pub(crate) path: String,
    pub(crate) same_site: SameSite,
    pub(crate) secure: bool,
    pub(crate) partitioned: bool,
    /// Whether it outlives the browser.
    pub(crate) persistent: bool,
}

impl Default for CookieSettings {
    fn default() -> Self {
        Self {
            name: "session".to_owned(),
            domain: None,
            path: "/".to_owned(),
            same_site: SameSite::Lax,
            secure: true,
            partitioned: false,
            persistent: true,
        }
    }
}

impl CookieSettings {
    /// The name with the strongest prefix whose rules the attributes keep.
    pub(crate) fn full_name(&self) -> String {
        let prefix = match (self.secure, &self.domain) {
            (false, _) => "",
            (true, None) if self.path == "/" => "__Host-",
            (true, _) => "__Secure-",
        };
        format!("{prefix}{}", self.name)
    }

    /// Adds the header that sets the cookie.
    pub(crate) fn set(
        &self,
        value: String,
        lives: Duration,
        headers: &mut HeaderMap,
    ) -> Result<(), InvalidHeader> {
        let cookie = SetCookie::new(value);
        let cookie = if self.persistent {
            cookie.max_age(lives)
        } else {
            cookie
        };
        self.write(cookie, headers)
    }

    /// Adds the header that removes the cookie.
    pub(crate) fn remove(&self, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
        self.write(SetCookie::removed(), headers)
    }

    fn write(&self, cookie: SetCookie, headers: &mut HeaderMap) -> Result<(), InvalidHeader> {
        let mut cookie = cookie.path(&self.path).same_site(self.same_site);
        if let Some(domain) = &self.domain {
            cookie = cookie.domain(domain);
        }
        if self.secure {
            cookie = cookie.secure();
        }
        if self.partitioned {
            cookie = cookie.partitioned();
        }
        cookie.write(&self.full_name(), headers)
    }

    /// Finds the cookie with this full name in the headers of a request.
    pub(crate) fn find(name: &str, headers: &HeaderMap) -> Presented {
        let lines = headers.get_all(header::COOKIE).iter();
        let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut found = Presented::Nothing;
        for pair in pairs {
            let Some(value) = pair.trim_ascii().strip_prefix(name.as_bytes()) else {
                continue;
            };
            let Some(value) = value.strip_prefix(b"=") else {
                continue;
            };
            found = match (found, std::str::from_utf8(value)) {
                (Presented::Nothing, Ok(value)) => Presented::Value(value.to_owned()),
                // Another host of the domain may have set the second one: neither is trusted.
                _ => return Presented::Unusable,
            };
        }
        found
    }
}

/// What a request has as session cookie.
pub(crate) enum Presented {
    Nothing,
    Value(String),
    /// Several cookies of the name, or one that is not text.
    Unusable,
}

impl Presented {
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    pub(crate) fn value(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Unusable => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str]) -> Presented {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("cookie", line.parse().expect("a value"));
        }
        CookieSettings::find("__Host-session", &headers)
    }

    #[test]
    fn only_the_exact_name_counts() {
        for lines in [
            &["session=a"][..],
            &["__Host-session"],
            &["__host-session=a"],
            &["__Host-sessions=a; x__Host-session=b"],
            &["a=__Host-session=b"],
        ] {
            assert!(found(lines).is_nothing(), "{lines:?}");
        }
        for lines in [
            &["__Host-session=a"][..],
            &["x=1;__Host-session=a"],
            &["x=1", "y=2;  __Host-session=a ; z=3"],
        ] {
            assert_eq!(found(lines).value(), Some("a"), "{lines:?}");
        }
    }

    #[test]
    fn of_two_neither_counts() {
        for lines in [
            &["__Host-session=a; __Host-session=b"][..],
            &["__Host-session=a", "__Host-session=a"],
            &["__Host-session=\u{e9}"],
        ] {
            let is_text = lines[0].is_ascii();
            let found = found(lines);
            assert!(!found.is_nothing(), "{lines:?}");
            assert_eq!(found.value().is_some(), !is_text, "{lines:?}");
        }
    }
}
