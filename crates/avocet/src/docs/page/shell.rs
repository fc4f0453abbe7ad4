//! The page itself: `/docs`, with the script that starts Swagger UI and a small style sheet.
//!
//! All of its URLs are relative, because a prefix that a proxy removes is unknown here. So the page
//! differs in one word between `/docs` and `/docs/`, and the script derives the document's URL from the page's.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, header};

use super::super::DocsLogin;
use super::archive::VERSION;
use crate::error::escape;
use crate::extract::RequestContext;
use crate::model::OrderedJson;
use crate::operation::Operation;
use crate::response::{Response, ResponseBody};
use crate::route::Route;

/// Same origin only: the page must work without a network, and must not reveal its readers to another host.
///
/// Swagger UI sets style attributes, draws icons from `data:`, and shows images in responses from `blob:`.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

pub(super) fn routes(index: usize, prefix: &str, login: &DocsLogin) -> [Route; 6] {
    let at = |path: &str| format!("{prefix}{path}");
    let page = |folder| Page {
        index,
        folder,
        // From the folder of the document to that of the application.
        above: "../".repeat(prefix.matches('/').count()),
        login: login.clone(),
    };
    [
        page("docs/").route(at("/docs")),
        page("").route(at("/docs/")),
        redirect(at("/docs/oauth2-redirect")),
        file(
            at("/docs/oauth2-redirect.js"),
            "text/javascript; charset=utf-8",
            include_str!("redirect.js"),
        ),
        file(
            at("/docs/page.js"),
            "text/javascript; charset=utf-8",
            include_str!("page.js"),
        ),
        file(
            at("/docs/page.css"),
            "text/css; charset=utf-8",
            include_str!("page.css"),
        ),
    ]
}

/// The page of one document.
struct Page {
    index: usize,
    /// Where its files are, seen from the page.
    folder: &'static str,
    above: String,
    login: DocsLogin,
}

impl Page {
    fn route(self, path: String) -> Route {
        let page = Arc::new(self);
        Route::opaque(Operation::get(path).id("docs").hidden(), move |call| {
            let page = Arc::clone(&page);
            async move { page.response(&call) }
        })
    }

    fn response(&self, call: &RequestContext) -> Response {
        let document = call.document(self.index);
        let title = document["info"]["title"].as_str().unwrap_or_default();
        // The title is replaced last, because it contains the user's text, and so do the settings of the login, whose braces are escaped.
        let settings = escape(&self.login.to_json().to_string()).replace('{', "&#123;");
        let text = include_str!("shell.html")
            .replace("{folder}", self.folder)
            .replace("{above}", &self.above)
            .replace("{version}", VERSION)
            .replace("{persists}", &self.login.persists().to_string())
            .replace("{login}", &settings)
            .replace("{title}", &escape(title));
        let mut response = small("text/html; charset=utf-8", text);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            policy(&self.login, document),
        );
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        response
    }
}

/// Returns the page to which an authorization server leads after a login.
fn redirect(path: String) -> Route {
    let operation = Operation::get(path).id("docs").hidden();
    Route::opaque(operation, |_| async {
        let mut response = small("text/html; charset=utf-8", include_str!("redirect.html"));
        // The address has the code of the login, which must stay in this window.
        let set: [(HeaderName, &str); 3] = [
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        ];
        for (name, value) in set {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    })
}

/// Returns the policy, with the origins at which the reader can log in.
fn policy(login: &DocsLogin, document: &OrderedJson) -> HeaderValue {
    let mut policy = CONTENT_SECURITY_POLICY.to_owned();
    let origins = login.origins(document);
    if !origins.is_empty() {
        policy.push_str("; connect-src 'self'");
    }
    for origin in origins {
        policy.push(' ');
        policy.push_str(&origin);
    }
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(CONTENT_SECURITY_POLICY))
}

fn file(path: String, content_type: &'static str, text: &'static str) -> Route {
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
