//! `Checks`: what is checked and described when an application is built.

use std::sync::Arc;
use std::time::Duration;

use avocet::plugin::{Plan, Plugin};
use avocet::response::Redirect;
use http::HeaderMap;

use crate::config::Config;
use crate::login;

pub(crate) struct Checks(pub(crate) Arc<Config>);

impl Plugin for Checks {
    fn name(&self) -> &'static str {
        "sessions"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let Config {
            cookie,
            times,
            max_bytes,
            login_page,
            allowed,
            ..
        } = &*self.0;
        plan.security_scheme(login::SCHEME, login::scheme(&cookie.full_name()));
        let trial = cookie.set(String::new(), times.idle, &mut HeaderMap::new());
        if let Err(error) = trial {
            plan.mistake(error.to_string());
        }
        for (name, time) in [("idle", times.idle), ("lifetime", times.lifetime)] {
            if time < Duration::from_secs(1) {
                plan.mistake(format!(
                    "`Sessions::{name}` is {time:?}, at least one second is required"
                ));
            }
        }
        if *max_bytes == 0 {
            plan.mistake("`Sessions::max_bytes` is 0, so no session can be kept");
        }
        // The same rule as for a redirect to a path that a client has sent: no other host.
        let is_path = |page: &String| Redirect::local(page).is_some();
        if let Some(page) = login_page.as_ref().filter(|page| !is_path(page)) {
            plan.mistake(format!(
                "`Sessions::login_page` is `{page}`, an absolute path such as `/login` is required"
            ));
        }
        for origin in allowed.iter().filter(|origin| !is_origin(origin)) {
            plan.mistake(format!(
                "`Sessions::allow_origin`: `{origin}` is not an origin; write a scheme and a host, such as `https://app.example.com`"
            ));
        }
        if !cookie.secure {
            tracing::warn!(
                "sessions are insecure: their cookie is sent without TLS too (`Sessions::insecure_for_development`)"
            );
        }
    }
}

fn is_origin(text: &str) -> bool {
    let parts = text.parse::<http::Uri>().map(http::Uri::into_parts);
    parts.is_ok_and(|parts| {
        let path = parts.path_and_query.map(|path| path.to_string());
        parts.scheme.is_some()
            && parts.authority.is_some_and(|it| !it.as_str().contains('@'))
            && path.is_none_or(|path| path == "/")
            && !text.ends_with('/')
            && !text.contains('*')
    })
}
