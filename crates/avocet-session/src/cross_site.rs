//! The check of requests that change something: do they come from a page of the application?

use avocet::layer::Request;
use avocet::response::HttpError;
use avocet::security::forbidden;
use avocet::serve::ConnectionInfo;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, Method};

use crate::config::Config;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Rejects a request that a browser sends from a page of another origin.
///
/// # Errors
/// 403.
pub(crate) fn check_origin(config: &Config, request: &Request) -> Result<(), HttpError> {
    let headers = request.headers();
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    let is_own = match (sites.next(), sites.next()) {
        // A browser that reports the site: pages cannot set this header. `none` is the user, for example with a bookmark.
        (Some(site), None) if site == "same-origin" || site == "none" => true,
        (Some(_), _) => is_allowed(config, headers),
        // An old browser, or a connection without TLS; or no browser, which sends neither header.
        (None, _) => !headers.contains_key(ORIGIN) || is_of_host(config, request),
    };
    if is_own {
        return Ok(());
    }
    Err(forbidden("The request comes from a page of another origin"))
}

/// Whether the origin is one that the application has allowed by name.
fn is_allowed(config: &Config, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(Ok(origin)), None) = (origins.next().map(|it| it.to_str()), origins.next()) else {
        return false;
    };
    config.allowed.contains(&origin.to_ascii_lowercase())
}

/// Whether the origin is the host of the request, or an allowed one.
fn is_of_host(config: &Config, request: &Request) -> bool {
    let headers = request.headers();
    let info = request.extensions().get::<ConnectionInfo>();
    let forwarded = info.and_then(|info| info.forwarded_host(headers));
    let mut relevant = HeaderMap::new();
    for origin in headers.get_all(ORIGIN) {
        relevant.append(ORIGIN, origin.clone());
    }
    let host = match (forwarded, headers.get(HOST)) {
        (Some(host), _) => host.parse().ok(),
        (None, Some(host)) => Some(host.clone()),
        // HTTP/2 has the host in the target alone.
        (None, None) => {
            let authority = request.uri().authority();
            authority.and_then(|authority| authority.as_str().parse().ok())
        }
    };
    relevant.extend(host.map(|host| (HOST, host)));
    config.origins.admit(&relevant)
}

/// Whether an HTML form of any page can send such a request. Other methods and content types need a script, which browsers let another site send
/// only if the server allows it.
pub(crate) fn can_be_a_form(request: &Request) -> bool {
    if request.method() != Method::POST {
        return false;
    }
    let mut types = request.headers().get_all(CONTENT_TYPE).iter();
    let (Some(content_type), None) = (types.next(), types.next()) else {
        return true;
    };
    let Ok(content_type) = content_type.to_str() else {
        return true;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.is_empty()
        || [
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
        ]
        .iter()
        .any(|form| form.eq_ignore_ascii_case(essence))
}
