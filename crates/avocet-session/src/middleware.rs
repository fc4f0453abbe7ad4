//! What runs around the requests of an application with sessions.

use std::sync::Arc;

use avocet::layer::{Next, Request};
use avocet::response::{HttpError, Response};
use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderMap, HeaderValue};

use crate::active::Active;
use crate::commit::commit;
use crate::config::Config;
use crate::cookie_settings::CookieSettings;
use crate::marks::{AllowCrossSite, RequiresLogin, TakesSession};
use crate::{cross_site, form_token};

pub(crate) async fn handle(
    config: Arc<Config>,
    mut request: Request,
    next: Next,
) -> Result<Response, HttpError> {
    let takes_session = is_marked::<TakesSession>(&request);
    let allows_cross_site = is_marked::<AllowCrossSite>(&request);
    let presented = CookieSettings::find(&config.cookie_name, request.headers());
    let is_concerned = takes_session || !presented.is_nothing();
    let is_checked = is_concerned && !allows_cross_site && !request.method().is_safe();
    // Without a cookie such a request is a 401, whatever its form has.
    let will_be_rejected = presented.is_nothing() && is_marked::<RequiresLogin>(&request);
    if is_checked {
        cross_site::check_origin(&config, &request)?;
    }
    if !takes_session {
        return Ok(next.run(request).await);
    }
    let active = Active::new(config, presented);
    if is_checked && !will_be_rejected && cross_site::can_be_a_form(&request) {
        request = form_token::check(&active, request).await?;
    }
    request.extensions_mut().insert(active.clone());
    let mut response = next.run(request).await;
    if let Some(cookies) = commit(&active).await? {
        add_to(response.headers_mut(), cookies);
    }
    Ok(response)
}

fn is_marked<M: Send + Sync + 'static>(request: &Request) -> bool {
    let operation = request.operation();
    operation.is_some_and(|operation| operation.extension::<M>().is_some())
}

/// Adds the cookie, and keeps caches from giving the response to other users.
fn add_to(headers: &mut HeaderMap, cookies: HeaderMap) {
    for (name, value) in cookies {
        if let Some(name) = name {
            headers.append(name, value);
        }
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    let varies = headers.get_all(VARY).iter().any(|line| {
        let names = line.to_str().unwrap_or_default().split(',');
        names
            .map(str::trim)
            .any(|name| name == "*" || name.eq_ignore_ascii_case("cookie"))
    });
    if !varies {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}
