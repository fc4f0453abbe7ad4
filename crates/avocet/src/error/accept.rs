//! Which media type a request prefers (RFC 9110, section 12.5.1).

use http::HeaderValue;

/// Returns whether `Accept` prefers HTML to JSON. A client that treats both alike gets JSON, so a missing header and `*/*` mean JSON.
pub(crate) fn prefers_html<'h>(accept: impl IntoIterator<Item = &'h HeaderValue>) -> bool {
    let (mut html, mut json) = (Weight::default(), Weight::default());
    for line in accept {
        let line = line.to_str().unwrap_or_default();
        for entry in line.split(',') {
            let (range, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = weight(parameters);
            match range.trim().to_ascii_lowercase().as_str() {
                "text/html" => html.raise(Range::Exact, weight),
                "text/*" => html.raise(Range::Type, weight),
                "application/json" => json.raise(Range::Exact, weight),
                "application/*" => json.raise(Range::Type, weight),
                "*/*" => {
                    html.raise(Range::Any, weight);
                    json.raise(Range::Any, weight);
                }
                // The media types of error formats, such as `application/problem+json`.
                range if range.ends_with("+json") => json.raise(Range::Exact, weight),
                _ => {}
            }
        }
    }
    html.value > json.value
}

/// Returns whether `Accept` names JSON, and text is not preferred to it. A client that accepts anything gets text.
#[cfg(feature = "inference")]
pub(crate) fn accepts_json<'h>(accept: impl IntoIterator<Item = &'h HeaderValue>) -> bool {
    let (mut text, mut json) = (0.0_f32, 0.0_f32);
    for line in accept {
        for entry in line.to_str().unwrap_or_default().split(',') {
            let (range, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let of_range = match range.trim().to_ascii_lowercase().as_str() {
                "application/json" => &mut json,
                "text/plain" | "text/*" => &mut text,
                _ => continue,
            };
            *of_range = of_range.max(weight(parameters));
        }
    }
    json > 0.0 && json >= text
}

/// How specific a media range is. The most specific one decides, whatever its weight.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Range {
    #[default]
    None,
    Any,
    Type,
    Exact,
}

#[derive(Clone, Copy, Default)]
struct Weight {
    range: Range,
    value: f32,
}

impl Weight {
    fn raise(&mut self, range: Range, value: f32) {
        if range > self.range {
            *self = Self { range, value };
        } else if range == self.range {
            self.value = self.value.max(value);
        }
    }
}

/// Returns the weight among the parameters of a range; 1 if there is none, 0 if it is invalid.
pub(crate) fn weight(parameters: &str) -> f32 {
    let weight = parameters
        .split(';')
        .filter_map(|it| it.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    weight.map_or(1.0, |(_, value)| {
        let value = value.trim().parse().unwrap_or(0.0);
        if (0.0..=1.0).contains(&value) {
            value
        } else {
            0.0
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "inference")]
    #[test]
    fn json_must_be_named() {
        for (accept, json) in [
            ("application/json", true),
            ("application/json, text/plain, */*", true),
            ("Application/JSON;q=0.9, text/plain;q=0.5", true),
            ("application/json;q=0.5, text/plain", false),
            ("application/json;q=0", false),
            ("*/*", false),
            ("text/html,application/xhtml+xml,*/*;q=0.8", false),
            ("", false),
        ] {
            let header = HeaderValue::from_static(accept);
            assert_eq!(accepts_json([&header]), json, "{accept:?}");
        }
    }

    #[test]
    fn html_must_be_preferred() {
        for (accept, html) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                true,
            ),
            ("text/html", true),
            ("TEXT/HTML ; charset=utf-8; Q=0.5", true),
            ("text/html;q=0.001", true),
            ("text/*", true),
            ("text/html, application/json;q=0.9", true),
            ("application/json;q=0.1, text/html;q=0.2", true),
            ("text/*;q=0.3, */*;q=0.2", true),
            ("application/json;q=0, */*", true),
            ("", false),
            ("*/*", false),
            ("application/json", false),
            ("application/json, text/html;q=0.5", false),
            ("application/json, text/html", false),
            ("application/problem+json, text/html;q=0.9", false),
            ("text/html;q=0, */*", false),
            ("text/html;q=0.2, text/*, application/json;q=0.5", false),
            ("text/html;q=2, application/json;q=0.1", false),
            ("text/html;q=nan", false),
            ("text/html;q=", false),
            ("text/event-stream", false),
            ("text/htmlx", false),
            (",;,;q=1", false),
        ] {
            let header = HeaderValue::from_static(accept);
            assert_eq!(prefers_html([&header]), html, "{accept:?}");
        }
        assert!(!prefers_html([]));
        let html = HeaderValue::from_static("text/html;q=0.5");
        let json = HeaderValue::from_static("application/json");
        assert!(!prefers_html([&html, &json]));
        let bytes = HeaderValue::from_bytes(b"text/html, \xff").expect("a value");
        assert!(!prefers_html([&bytes]));
    }
}
