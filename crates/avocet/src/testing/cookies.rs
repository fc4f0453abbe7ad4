//! The cookies of a test client.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, header};
use tokio::time::Instant;

/// The cookies that responses have set, as a browser keeps them (RFC 6265). All clones of a client share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Cookies(Arc<Mutex<Vec<Cookie>>>);

#[derive(Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    expires: Option<Instant>,
}

/// Shows no value: it may be a session.
impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.name, self.path)
    }
}

impl Cookies {
    fn all(&self) -> MutexGuard<'_, Vec<Cookie>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        all.retain(|cookie| cookie.expires.is_none_or(|at| at > now));
        all
    }

    /// Sets a cookie for all paths.
    pub(super) fn set(&self, name: &str, value: &str) {
        self.replace(Cookie {
            name: name.to_owned(),
            value: value.to_owned(),
            path: "/".to_owned(),
            expires: None,
        });
    }

    fn replace(&self, cookie: Cookie) {
        let mut all = self.all();
        all.retain(|it| (&it.name, &it.path) != (&cookie.name, &cookie.path));
        all.push(cookie);
    }

    /// Returns the value of a cookie; of several with one name, that of the longest path.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let all = self.all();
        let of_name = all.iter().filter(|it| it.name == name);
        of_name
            .max_by_key(|it| it.path.len())
            .map(|it| it.value.clone())
    }

    pub(super) fn clear(&self) {
        self.all().clear();
    }

    /// Takes the cookies from the response to a request for `path`.
    pub(super) fn receive(&self, path: &str, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let cookie = line.to_str().ok().and_then(|line| parse(line, path));
            if let Some(cookie) = cookie {
                self.replace(cookie);
            }
        }
    }

    /// Adds the cookies for `path` to the headers of a request, except those that the test has set itself.
    pub(super) fn send(&self, path: &str, headers: &mut HeaderMap) {
        let own: Vec<String> = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok().map(str::to_owned))
            .collect();
        let pairs = own.iter().flat_map(|line| line.split(';'));
        let names: Vec<_> = pairs
            .filter_map(|pair| Some(pair.split_once('=')?.0.trim()))
            .collect();
        let all = self.all();
        let sent = |it: &&Cookie| is_within(path, &it.path) && !names.contains(&it.name.as_str());
        let mut cookies: Vec<_> = all.iter().filter(sent).collect();
        if cookies.is_empty() {
            return;
        }
        cookies.sort_by_key(|it| std::cmp::Reverse(it.path.len()));
        let pairs = cookies.iter().map(|it| format!("{}={}", it.name, it.value));
        let pairs: Vec<_> = own.iter().cloned().chain(pairs).collect();
        if let Ok(value) = HeaderValue::try_from(pairs.join("; ")) {
            headers.insert(header::COOKIE, value);
        }
    }
}

/// Reads a `Set-Cookie` header. The client has one origin, and sends `Secure` cookies as browsers do to this machine.
fn parse(line: &str, path: &str) -> Option<Cookie> {
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        path: folder(path).to_owned(),
        expires: None,
    };
    let mut age = None;
    for attribute in parts {
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        match key.to_ascii_lowercase().as_str() {
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "max-age" => age = value.parse().ok(),
            "expires" if age.is_none() => {
                age = httpdate::parse_http_date(value).ok().map(seconds_until);
            }
            _ => {}
        }
    }
    cookie.expires = age.map(|age: i64| {
        let age = Duration::from_secs(u64::try_from(age).unwrap_or(0));
        let now = Instant::now();
        now.checked_add(age).unwrap_or(now)
    });
    Some(cookie)
}

fn seconds_until(at: SystemTime) -> i64 {
    let until = at.duration_since(SystemTime::now()).unwrap_or_default();
    i64::try_from(until.as_secs()).unwrap_or(i64::MAX)
}

/// Returns the default path of a cookie: that of the request up to its last slash.
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

/// Returns whether a cookie of a path is sent to another path (RFC 6265, section 5.1.4).
fn is_within(path: &str, cookie: &str) -> bool {
    path.strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &Cookies, path: &str) -> String {
        let mut headers = HeaderMap::new();
        cookies.send(path, &mut headers);
        let value = headers.get(header::COOKIE).map(HeaderValue::to_str);
        value.map_or("", |text| text.expect("text")).to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn a_cookie_is_sent_below_its_path_until_it_ends() {
        let cookies = Cookies::default();
        let receive = |path: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::SET_COOKIE, line.parse().expect("a value"));
            }
            cookies.receive(path, &headers);
        };
        receive(
            "/shop/login",
            &[
                "a=1",
                "b=2; Path=/; HttpOnly",
                "c=3; path=/shop/cart; max-age=60",
            ],
        );
        assert_eq!(sent(&cookies, "/"), "b=2");
        assert_eq!(sent(&cookies, "/shop"), "a=1; b=2");
        assert_eq!(sent(&cookies, "/shopping"), "b=2");
        assert_eq!(sent(&cookies, "/shop/cart/1"), "c=3; a=1; b=2");
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(sent(&cookies, "/shop/cart/1"), "a=1; b=2");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=own; d=4"));
        cookies.send("/shop", &mut headers);
        assert_eq!(headers[header::COOKIE], "a=own; d=4; b=2");
        receive("/", &["b=; Path=/; Max-Age=0", "a=4; Path=/shop"]);
        assert_eq!(sent(&cookies, "/shop"), "a=4");
        receive(
            "/",
            &["a=; Path=/shop; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
        );
        assert_eq!(sent(&cookies, "/shop"), "");
    }
}
