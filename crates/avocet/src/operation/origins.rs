//! The origins that may open a WebSocket.

use http::{HeaderMap, header};

/// The origins of the pages that may open a WebSocket.
///
/// A browser lets any page open a WebSocket to any server, sends the visitor's cookies with it and names the page's origin in
/// the header `Origin`. Only the server can reject an unknown origin. So by default a page must come from the host that it connects
/// to. A client that is not a browser does not send `Origin` and is accepted, unless it sends cookies: requests with cookies come from
/// browsers, and a browser names the origin.
///
/// Behind a proxy that rewrites `Host` the public host is the first one in `X-Forwarded-Host`, if the proxy is one of
/// [`Server::trust_proxies`](crate::serve::Server::trust_proxies). It includes the port unless that is the default port of the scheme. If
/// the proxy does not send that header, allow the public origin by name: in the code with [`allow`](Self::allow), or at
/// start-up with `--websocket-origins` (feature `settings`).
///
/// ```
/// use avocet::operation::Origins;
/// use http::HeaderMap;
///
/// let headers = |pairs: &[(&'static str, &str)]| -> HeaderMap {
///     pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
/// };
/// let origins = Origins::same_host().allow("https://app.example.com");
/// assert!(origins.admit(&headers(&[("host", "api.example.com"), ("origin", "https://api.example.com")])));
/// assert!(origins.admit(&headers(&[("host", "api.example.com"), ("origin", "https://app.example.com")])));
/// assert!(origins.admit(&headers(&[("host", "api.example.com")])));
/// assert!(!origins.admit(&headers(&[("host", "api.example.com"), ("origin", "https://example.net")])));
/// assert!(!origins.admit(&headers(&[("host", "api.example.com"), ("cookie", "session=1")])));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    any: bool,
    allowed: Vec<String>,
}

impl Origins {
    /// Accepts pages of the host that they connect to.
    ///
    /// ```
    /// assert_eq!(avocet::operation::Origins::same_host(), avocet::operation::Origins::default());
    /// ```
    pub fn same_host() -> Self {
        Self::default()
    }

    /// Accepts all pages, for a public service that does not use cookies.
    ///
    /// ```
    /// assert!(avocet::operation::Origins::any().admit(&http::HeaderMap::new()));
    /// ```
    pub fn any() -> Self {
        Self {
            any: true,
            allowed: Vec::new(),
        }
    }

    /// Also accepts pages of this origin: a scheme, a host and a port if it is not the scheme's default, as browsers write it; `null` for
    /// pages without an origin.
    ///
    /// ```
    /// let origins = avocet::operation::Origins::same_host().allow("http://localhost:3000");
    /// ```
    pub fn allow(mut self, origin: impl Into<String>) -> Self {
        self.allowed.push(origin.into().to_ascii_lowercase());
        self
    }

    /// Also accepts pages of these origins.
    #[cfg(feature = "settings")]
    pub(crate) fn allow_all(self, origins: &[String]) -> Self {
        origins.iter().fold(self, Self::allow)
    }

    /// Returns whether the page that sends a request may connect.
    ///
    /// ```
    /// assert!(avocet::operation::Origins::same_host().admit(&http::HeaderMap::new()));
    /// ```
    pub fn admit(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST);
        self.admit_to(host.and_then(|host| host.to_str().ok()), headers)
    }

    /// Returns whether the page that sends a request may connect to this host.
    pub(crate) fn admit_to(&self, host: Option<&str>, headers: &HeaderMap) -> bool {
        if self.any {
            return true;
        }
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return !headers.contains_key(header::COOKIE);
        };
        let (Ok(origin), None) = (origin.to_str(), origins.next()) else {
            return false;
        };
        let origin = origin.to_ascii_lowercase();
        self.allowed.contains(&origin) || host.is_some_and(|host| is_host(&origin, host))
    }

    /// Returns the mistakes in the entries of the list.
    pub(crate) fn mistakes(&self) -> impl Iterator<Item = String> {
        let wrong = |origin: &&String| *origin != "null" && parts(origin).is_none();
        self.allowed.iter().filter(wrong).map(|origin| {
            format!("`{origin}` is not an origin; write a scheme and a host, such as `https://app.example.com`")
        })
    }
}

/// Returns whether an origin is the host of the request. The scheme cannot be compared: a proxy may have terminated TLS.
fn is_host(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = parts(origin) else {
        return false;
    };
    let port = if scheme == "https" { ":443" } else { ":80" };
    let without = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority
            .strip_suffix(port)
            .unwrap_or(&authority)
            .to_owned()
    };
    without(authority) == without(host)
}

/// Splits an origin into scheme and authority.
fn parts(origin: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = origin.split_once("://")?;
    let good = !scheme.is_empty()
        && !authority.is_empty()
        && !authority.contains(['/', '?', '#', '@', '*', ' ']);
    good.then_some((scheme, authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(origins: &Origins, host: &str, origin: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a value"));
        headers.insert(header::ORIGIN, origin.parse().expect("a value"));
        origins.admit(&headers)
    }

    #[test]
    fn the_host_with_its_port() {
        for (host, origin, admitted) in [
            ("example.com", "https://example.com", true),
            ("example.com", "http://example.com", true),
            ("Example.com", "https://example.COM", true),
            ("example.com:443", "https://example.com", true),
            ("example.com:80", "http://example.com", true),
            ("example.com:80", "https://example.com", false),
            ("localhost:8000", "http://localhost:8000", true),
            ("localhost:8000", "http://localhost:3000", false),
            ("localhost:8000", "http://localhost", false),
            ("[::1]:8000", "http://[::1]:8000", true),
            ("example.com", "https://example.com.evil.net", false),
            ("example.com", "https://evil.net/example.com", false),
            ("example.com", "https://evil@example.com", false),
            ("example.com", "null", false),
            ("example.com", "example.com", false),
            ("example.com", "", false),
        ] {
            let origins = Origins::same_host();
            assert_eq!(admits(&origins, host, origin), admitted, "{host} {origin}");
        }
    }

    #[test]
    fn the_list_is_exact() {
        let origins = Origins::same_host()
            .allow("https://App.example.com")
            .allow("null");
        assert!(admits(&origins, "a", "https://app.example.com"));
        assert!(admits(&origins, "a", "null"));
        assert!(!admits(&origins, "a", "http://app.example.com"));
        assert!(!admits(&origins, "a", "https://app.example.com:8443"));
        assert_eq!(origins.mistakes().count(), 0);
        let wrong = Origins::same_host()
            .allow("app.example.com")
            .allow("https://*.example.com");
        assert_eq!(wrong.mistakes().count(), 2);
    }

    #[test]
    fn two_origins_are_none() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "a".parse().expect("a value"));
        headers.append(header::ORIGIN, "http://a".parse().expect("a value"));
        headers.append(header::ORIGIN, "http://b".parse().expect("a value"));
        assert!(!Origins::same_host().admit(&headers));
    }
}
