//! Determines the host of a request.

use std::net::Ipv6Addr;

use http::{HeaderValue, Method, Request, Version, header};

/// Returns whether the host of the request is unambiguous (RFC 9112, section 3.2, and RFC 9113, section 8.3.1).
///
/// After this, the header `Host` and the host of the target are equal, if both are present.
pub(crate) fn settle<B>(request: &mut Request<B>) -> bool {
    let mut lines = request.headers().get_all(header::HOST).iter();
    let (host, another) = (lines.next(), lines.next());
    if another.is_some() || host.is_some_and(|host| !is_host(host.as_bytes())) {
        return false;
    }
    let Some(authority) = request.uri().authority() else {
        return host.is_some() || request.version() != Version::HTTP_11;
    };
    // A target in authority form is only allowed for CONNECT.
    let alone = request.uri().scheme().is_none() && request.method() != Method::CONNECT;
    if alone || !is_host(authority.as_str().as_bytes()) {
        return false;
    }
    let same = host.is_some_and(|host| {
        let host = host.as_bytes();
        host.eq_ignore_ascii_case(authority.as_str().as_bytes())
    });
    if same {
        return true;
    }
    match request.version() {
        Version::HTTP_2 => host.is_none(),
        Version::HTTP_11 if host.is_none() => false,
        // The target takes precedence over the header.
        _ => match HeaderValue::from_str(authority.as_str()) {
            Ok(host) => {
                request.headers_mut().insert(header::HOST, host);
                true
            }
            Err(_) => false,
        },
    }
}

/// Returns whether this is a host, with or without a port (RFC 3986, section 3.2). An empty value means that there is no host.
fn is_host(text: &[u8]) -> bool {
    let port = match text.strip_prefix(b"[") {
        Some(rest) => {
            let Some(end) = rest.iter().position(|byte| *byte == b']') else {
                return false;
            };
            let address = str::from_utf8(&rest[..end]);
            if !address.is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok()) {
                return false;
            }
            &rest[end + 1..]
        }
        None => {
            let name = text.iter().take_while(|byte| OF_NAME[usize::from(**byte)]);
            &text[name.count()..]
        }
    };
    match port {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// The bytes allowed in a name. A table, because every request has one.
const OF_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"-._~%!$&'()*+,;=";
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v14_hosts() {
        for good in [
            "",
            "x",
            "x.example:80",
            "127.0.0.1",
            "[::1]",
            "[::1]:8000",
            "a_b",
            "x:",
        ] {
            assert!(is_host(good.as_bytes()), "{good}");
        }
        for bad in [
            "a b", "a/b", "u@x", "x:a", "x:80:80", "[::1", "::1", "[::1]x", "[x]", "a\tb", "a,b/",
            "x?", "x#", "\u{e9}", "a\\b", "<x>",
        ] {
            assert!(!is_host(bad.as_bytes()), "{bad}");
        }
    }

    fn settled(version: Version, target: &str, hosts: &[&str]) -> Option<String> {
        let mut request = Request::builder().version(version).uri(target);
        for host in hosts {
            request = request.header("host", *host);
        }
        let mut request = request.body(()).expect("a request");
        settle(&mut request).then(|| {
            let host = request.headers().get(header::HOST);
            host.map_or("none", |host| host.to_str().expect("text"))
                .to_owned()
        })
    }

    #[test]
    fn v14_one_host_and_no_other() {
        const OLD: Version = Version::HTTP_10;
        const ONE: Version = Version::HTTP_11;
        const TWO: Version = Version::HTTP_2;
        for (version, target, hosts, expected) in [
            (ONE, "/", &["x"][..], Some("x")),
            (ONE, "/", &[], None),
            (OLD, "/", &[], Some("none")),
            (ONE, "/", &["x", "x"], None),
            (OLD, "/", &["x", "y"], None),
            (ONE, "/", &["x y"], None),
            (ONE, "http://a/", &["a"], Some("a")),
            (ONE, "http://a/", &["b"], Some("a")),
            (ONE, "http://a/", &[], None),
            (OLD, "http://a/", &[], Some("a")),
            (ONE, "http://u@a/", &["a"], None),
            (ONE, "a:80", &["a"], None),
            (TWO, "http://a/", &[], Some("none")),
            (TWO, "http://a/", &["A"], Some("A")),
            (TWO, "http://a/", &["b"], None),
            (TWO, "http://u@a/", &[], None),
            (TWO, "/", &["a"], Some("a")),
        ] {
            let seen = settled(version, target, hosts);
            assert_eq!(seen.as_deref(), expected, "{version:?} {target} {hosts:?}");
        }
    }
}
