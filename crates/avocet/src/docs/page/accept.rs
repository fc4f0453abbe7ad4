//! Whether a client accepts gzip (RFC 9110, 12.5.3).

use http::{HeaderMap, header};

use crate::error::weight;

/// Returns whether the request accepts gzip. By the specification, a request without the header accepts any coding, but clients that
/// omit it do not decompress.
pub(super) fn gzip(headers: &HeaderMap) -> bool {
    let lines = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let (mut named, mut any) = (None, false);
    for entry in lines.flat_map(|line| line.split(',')) {
        let (coding, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let wanted = weight(parameters) > 0.0;
        match coding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => named = Some(wanted),
            "*" => any = wanted,
            _ => {}
        }
    }
    named.unwrap_or(any)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn gzip_is_taken_when_it_is_said() {
        let cases = [
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP ; q=0.5", true),
            ("x-gzip", true),
            ("*", true),
            ("", false),
            ("br", false),
            ("identity", false),
            ("gzip;q=0", false),
            ("gzip;q=0.000, *", false),
            ("gzip;q=much", false),
            ("*;q=0", false),
            ("*;q=0, gzip", true),
        ];
        for (value, taken) in cases {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(super::gzip(&headers), taken, "{value:?}");
        }
        assert!(!super::gzip(&HeaderMap::new()));
    }
}
