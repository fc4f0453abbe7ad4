//! How long a set of keys is fresh.

use std::time::Duration;

use http::{HeaderMap, header};

const LEAST: Duration = Duration::from_secs(60);
const UNSPECIFIED: Duration = Duration::from_secs(3600);

/// Returns how long a response is fresh (RFC 9111, section 5.2.2): its `max-age` less its `Age`, within bounds. A provider that forbids caching
/// is still asked once a minute at most.
pub(super) fn freshness(headers: &HeaderMap, most: Duration) -> Duration {
    let lines = headers.get_all(header::CACHE_CONTROL).iter();
    let directives = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    let mut max_age = None;
    for directive in directives {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match &*name.trim().to_ascii_lowercase() {
            "no-store" | "no-cache" => max_age = Some(0),
            // The first one counts; an invalid number is ignored.
            "max-age" if max_age.is_none() => {
                max_age = Some(value.trim().trim_matches('"').parse().unwrap_or(0));
            }
            _ => {}
        }
    }
    let fresh = max_age.map_or(UNSPECIFIED, Duration::from_secs);
    let age = headers
        .get(header::AGE)
        .and_then(|it| it.to_str().ok()?.parse().ok());
    let fresh = fresh.saturating_sub(Duration::from_secs(age.unwrap_or(0)));
    fresh.max(LEAST).min(most.max(LEAST))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue};

    use super::freshness;

    #[test]
    fn freshness_is_bounded() {
        for (control, age, seconds) in [
            ("", "", 3600),
            ("max-age=600", "", 600),
            ("public, Max-Age=\"600\", immutable", "100", 500),
            ("max-age=7200", "", 7200),
            ("max-age=1", "", 60),
            ("max-age=600", "9999", 60),
            ("no-store", "", 60),
            ("max-age=600, no-cache", "", 60),
            ("no-store, max-age=600", "", 60),
            ("max-age=x", "", 60),
            ("max-age=99999999999999999999999", "", 60),
            ("max-age=999999999", "", 86_400),
        ] {
            let mut headers = HeaderMap::new();
            if !control.is_empty() {
                headers.insert("cache-control", HeaderValue::from_static(control));
            }
            if !age.is_empty() {
                headers.insert("age", HeaderValue::from_static(age));
            }
            let fresh = freshness(&headers, Duration::from_secs(86_400));
            assert_eq!(fresh.as_secs(), seconds, "{control} {age}");
        }
    }
}
