//! The page itself: `/docs`, with the script that starts Swagger UI and a small style sheet.
//!
//! All of its URLs are relative, because a prefix that a proxy removes is unknown here. So the page
//! differs in one word between `/docs` and `/docs/`, and the script derives the document's URL from the page's.

use http::{HeaderName, HeaderValue, header};

use super::archive::VERSION;
use crate::error::escape;
use crate::extract::RequestContext;
use crate::operation::Operation;
use crate::response::{Response, ResponseBody};
use crate::route::Route;

/// Same origin only: the page must work without a network, and must not reveal its readers to another host.
///
/// Swagger UI sets style attributes, draws icons from `data:`, and shows images in responses from `blob:`.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
);

pub(super) fn routes() -> [Route; 4] {
    [
        page("/docs", "docs/"),
        page("/docs/", ""),
        file(
            "/docs/page.js",
            "text/javascript; charset=utf-8",
            include_str!("page.js"),
        ),
        file(
            "/docs/page.css",
            "text/css; charset=utf-8",
            include_str!("page.css"),
        ),
    ]
}

/// Returns the route of the page at a path, whose files are in `folder`.
fn page(path: &str, folder: &'static str) -> Route {
    Route::opaque(
        Operation::get(path).id("docs").hidden(),
        move |call| async move { shell(&call, folder) },
    )
}

fn shell(call: &RequestContext, folder: &str) -> Response {
    // The title is replaced last, because it contains the user's text.
    let text = include_str!("shell.html")
        .replace("{folder}", folder)
        .replace("{version}", VERSION)
        .replace("{title}", &escape(call.title()));
    let mut response = small("text/html; charset=utf-8", text);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn file(path: &str, content_type: &'static str, text: &'static str) -> Route {
    Route::opaque(
        Operation::get(path).id("docs").hidden(),
        move |_| async move { small(content_type, text) },
    )
}

/// Returns a text of a few hundred bytes, for which revalidation is not worthwhile.
fn small(content_type: &'static str, text: impl Into<bytes::Bytes>) -> Response {
    let mut response = Response::new(ResponseBody::full(text));
    let set: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    response
        .headers_mut()
        .extend(set.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}
