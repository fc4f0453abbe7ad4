//! HTML: text in it, and the page of an error.

use std::fmt::Write;

use avocet_context::RequestId;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{ErrorContent, ErrorDetail};
use crate::body::{Response, full_response};

/// The page has neither scripts nor files, so a browser needs to load nothing for it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:10vh auto;padding:0 1.25rem;background:#fff;color:#1b1b1f}\
h1{font-size:1.5rem;line-height:1.25}\
h2{font-size:1rem;margin:2rem 0 .25rem}\
code,pre{font-family:ui-monospace,monospace;font-size:.9em}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.75rem;border:1px solid #8884;border-radius:.375rem}\
li,p,dd{overflow-wrap:anywhere}\
footer{margin-top:3rem;font-size:.875rem;color:#55555d}\
@media(prefers-color-scheme:dark){body{background:#17171b;color:#ececf1}footer{color:#a9a9b3}}";

/// Escapes text for HTML, including attributes in quotation marks.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns the page of an error: what its JSON has, for a person.
pub(crate) fn error_page(error: &ErrorContent<'_>) -> Response {
    let mut main = String::new();
    match error.detail {
        ErrorDetail::ValidationErrors(errors) => {
            main.push_str("<p>The request is not valid:</p>\n<ul>\n");
            for error in errors.listed() {
                let input = error.input().map_or_else(String::new, |input| {
                    format!(" <code>{}</code>", escape(&input.to_string()))
                });
                let _ = writeln!(main, "<li>{}{input}</li>", escape(&error.to_string()));
            }
            main.push_str("</ul>\n");
        }
        // The heading has it already.
        _ if error.status.canonical_reason() == Some(&*error.message()) => {}
        _ => {
            let _ = writeln!(main, "<p>{}</p>", escape(&error.message()));
        }
    }
    page(error, &main)
}

/// Returns a page with the status as its heading, and the request id of a 5xx: an operator can find the request in the logs only by this
/// id.
pub(crate) fn page(error: &ErrorContent<'_>, main: &str) -> Response {
    let status = error.status;
    let reason = status.canonical_reason().unwrap_or("Error");
    let id = RequestId::current().filter(|_| status.is_server_error());
    let footer = id.map_or_else(String::new, |id| {
        let id = escape(&id.to_string());
        format!("<footer>Request <code>{id}</code></footer>\n")
    });
    let number = status.as_u16();
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{number} {reason}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{number} {reason}</h1>\n{main}</main>\n{footer}</body>\n</html>\n"
    );
    let media_type = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = full_response(status, media_type, text);
    protect(response.headers_mut());
    response
}

fn protect(headers: &mut HeaderMap) {
    let set: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    headers.extend(set.map(|(name, value)| (name, HeaderValue::from_static(value))));
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            super::escape(r#"<b a='1' c="2">&amp;"#),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;"
        );
    }
}
