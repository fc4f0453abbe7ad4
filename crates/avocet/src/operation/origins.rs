//! Which web pages may open a WebSocket.

use http::{HeaderMap, header};

/// The pages whose scripts may open a WebSocket, by their origin.
///
/// A browser lets any page open a WebSocket to any server, sends the visitor's cookies along and names the page's origin in
/// the header `Origin`. Nothing but the server refuses a stranger. So by default a page must come from the host that it connects
/// to. A client that is no browser sends no `Origin` and is let in, unless it sends cookies: those come from
/// browsers, and a browser says where it is.
///
/// Behind a proxy that rewrites `Host` the public host is the first one in `X-Forwarded-Host`, if the proxy is one of
/// [`Server::trust_proxies`](crate::serve::Server::trust_proxies). It includes the port unless that is the scheme's own. Where
/// the proxy does not send that header, allow the public origin by name: in the code with [`allow`](Self::allow), or where the
/// program is started with `--websocket-origins` (feature `settings`).
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
    /// Pages of the host that they connect to.
    ///
    /// ```
    /// assert_eq!(avocet::operation::Origins::same_host(), avocet::operation::Origins::default());
    /// ```
    pub fn same_host() -> Self {
        Self::default()
    }

    /// All pages, for a service that takes nothing from cookies and is open to everybody.
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

    /// Pages of this origin too: a scheme, a host and a port where it is not the scheme's own, as browsers write it; `null` for pages
    /// without one.
    ///
    /// ```
    /// let origins = avocet::operation::Origins::same_host().allow("http://localhost:3000");
    /// ```
    pub fn allow(mut self, origin: impl Into<String>) -> Self {
        self.allowed.push(origin.into().to_ascii_lowercase());
        self
    }

    /// Pages of these origins too.
    #[cfg(feature = "settings")]
    pub(crate) fn allow_all(self, origins: &[String]) -> Self {
        origins.iter().fold(self, Self::allow)
    }

    /// Whether the page that a request comes from may connect.
    ///
    /// ```
    /// assert!(avocet::operation::Origins::same_host().admit(&http::HeaderMap::new()));
    /// ```
    pub fn admit(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST);
        self.admit_to(host.and_then(|host| host.to_str().ok()), headers)
    }

    /// Whether the page that a request comes from may connect to this host.
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

    /// What is wrong with an entry of the list.
    pub(crate) fn mistakes(&self) -> impl Iterator<Item = String> {
        let wrong = |origin: &&String| *origin != "null" && parts(origin).is_none();
        self.allowed.iter().filter(wrong).map(|origin| {
            format!("`{origin}` is no origin; write a scheme and a host, such as `https://app.example.com`")
        })
    }
}

/// Whether an origin is the host that the request is for. The scheme cannot be compared: a proxy may have taken TLS off.
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

/// Scheme and authority of an origin.
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
