//! Patterns of hosts.

use std::net::Ipv6Addr;

/// Hosts that are accepted: `example.com`, `*.example.com`, `localhost:8000`, `[::1]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    patterns: Vec<Pattern>,
    mistakes: Vec<String>,
}

#[derive(Clone, Debug)]
struct Pattern {
    /// In lower case; of a wildcard the end, from the dot on.
    name: String,
    is_wildcard: bool,
    /// `None`: any port.
    port: Option<u16>,
}

impl Patterns {
    pub(super) fn new<T: Into<String>>(patterns: impl IntoIterator<Item = T>) -> Self {
        let mut hosts = Self::default();
        for text in patterns {
            let text = text.into();
            match Pattern::parse(&text) {
                Ok(pattern) => hosts.patterns.push(pattern),
                Err(what) => hosts
                    .mistakes
                    .push(format!("`{text}` is not a host: {what}")),
            }
        }
        hosts
    }

    /// Returns the mistakes in the patterns of a middleware.
    pub(super) fn mistakes(&self, middleware: &str) -> Vec<String> {
        let none = (self.patterns.is_empty() && self.mistakes.is_empty())
            .then(|| "it has no host, so it would reject everything".to_owned());
        let mistakes = self.mistakes.iter().cloned().chain(none);
        mistakes
            .map(|what| format!("`{middleware}`: {what}"))
            .collect()
    }

    /// Returns the name and the port of a host that one of the patterns accepts.
    pub(super) fn accept<'h>(&self, host: &'h str) -> Option<(&'h str, Option<u16>)> {
        let (name, port) = split(host)?;
        let is_accepted = self
            .patterns
            .iter()
            .any(|pattern| pattern.accepts(name, port));
        is_accepted.then_some((name, port))
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "*" {
            return Err("it accepts every host; remove the middleware instead");
        }
        if text.contains("://") {
            return Err("write it without a scheme");
        }
        let (is_wildcard, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let Some((name, port)) = split(rest) else {
            return Err(
                "write a name such as `example.com` or `*.example.com`, with or without a port",
            );
        };
        if is_wildcard && name.starts_with('[') {
            return Err("an address has no subdomains");
        }
        let name = name.to_ascii_lowercase();
        let name = if is_wildcard {
            format!(".{name}")
        } else {
            name
        };
        Ok(Self {
            name,
            is_wildcard,
            port,
        })
    }

    fn accepts(&self, name: &str, port: Option<u16>) -> bool {
        if self.port.is_some() && self.port != port {
            return false;
        }
        if !self.is_wildcard {
            return name.eq_ignore_ascii_case(&self.name);
        }
        let start = name.len().checked_sub(self.name.len());
        // The part before the dot is not empty.
        let end = start
            .filter(|start| *start > 0)
            .and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(&self.name))
    }
}

/// Returns the name, without the dot of the root, and the port of a valid host (RFC 3986, section 3.2.2).
fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')?;
            rest[..end].parse::<Ipv6Addr>().ok()?;
            host.split_at(end + 2)
        }
        None => {
            let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
            let name = name.strip_suffix('.').unwrap_or(name);
            let mut labels = name.split('.');
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let is_name = name.len() <= 253
                && labels
                    .all(|label| (1..=63).contains(&label.len()) && label.bytes().all(allowed));
            if !is_name {
                return None;
            }
            (name, port)
        }
    };
    match port.strip_prefix(':') {
        None if port.is_empty() => Some((name, None)),
        Some("") => Some((name, None)),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((name, Some(digits.parse().ok()?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v14_hosts_and_patterns() {
        let patterns = Patterns::new([
            "example.com",
            "*.Example.org",
            "localhost:8000",
            "[::1]",
            "127.0.0.1",
        ]);
        assert_eq!(patterns.mistakes("TrustedHosts"), Vec::<String>::new());
        for (host, expected) in [
            ("example.com", true),
            ("EXAMPLE.com", true),
            ("example.com.", true),
            ("example.com:443", true),
            ("example.com:", true),
            ("www.example.com", false),
            ("evilexample.com", false),
            ("example.com.evil.org", false),
            ("a.example.org", true),
            ("a.b.example.org:8443", true),
            ("example.org", false),
            (".example.org", false),
            ("evilexample.org", false),
            ("localhost:8000", true),
            ("localhost", false),
            ("localhost:80", false),
            ("[::1]", true),
            ("[::1]:9", true),
            ("::1", false),
            ("127.0.0.1:1", true),
            ("", false),
            ("a b", false),
            ("example.com/path", false),
            ("user@example.com", false),
            ("example.com:80:80", false),
            ("example.com:x", false),
            ("example.com:99999", false),
            ("example.com,evil.org", false),
            ("a..example.org", false),
            ("example.com#", false),
            ("ex\u{e4}mple.com", false),
        ] {
            assert_eq!(patterns.accept(host).is_some(), expected, "{host:?}");
        }
    }

    #[test]
    fn v14_patterns_that_are_mistakes() {
        for text in [
            "*",
            "*example.com",
            "a.*.com",
            "https://example.com",
            "example.com/",
            "",
            "*.",
            "*.[::1]",
            "a b",
        ] {
            assert_eq!(
                Patterns::new([text]).mistakes("TrustedHosts").len(),
                1,
                "{text:?}"
            );
        }
        assert_eq!(Patterns::new([""; 0]).mistakes("TrustedHosts").len(), 1);
    }
}
