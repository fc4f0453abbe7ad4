//! Sessions in signed and encrypted cookies.

use std::time::Duration;

use avocet::response::HttpError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, CookieJar};
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::config::Config;
use crate::id::Id;
use crate::known::Known;
use crate::record::Record;

/// What browsers keep of a cookie: name and value together.
const COOKIE_BYTES: usize = 4096;

/// The content of a cookie. The signature of the crate `cookie` does not cover the name, so it is part of the content: a cookie is not valid
/// under another name.
#[derive(Deserialize, Serialize)]
struct Sealed<R> {
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "i")]
    id: Id,
    #[serde(rename = "r")]
    record: R,
}

/// Opens a cookie under the first key that fits.
pub(crate) fn open(config: &Config, value: &str) -> Option<Known> {
    let name = config.cookie_name.clone();
    if name.len() + value.len() > COOKIE_BYTES {
        return None;
    }
    let cookie = Cookie::new(name.clone(), value.to_owned());
    let jar = CookieJar::new();
    let (index, content) = match &config.backend {
        Backend::Signed(keys) => {
            let mut opened = keys.all().enumerate();
            opened.find_map(|(index, key)| {
                let cookie = jar.signed(key.get()).verify(cookie.clone())?;
                Some((index, URL_SAFE_NO_PAD.decode(cookie.value()).ok()?))
            })
        }
        Backend::Encrypted(keys) => {
            let mut opened = keys.all().enumerate();
            opened.find_map(|(index, key)| {
                let cookie = jar.private(key.get()).decrypt(cookie.clone())?;
                Some((index, cookie.value().as_bytes().to_vec()))
            })
        }
        Backend::Stored(_) => None,
    }?;
    let sealed: Sealed<Record> = serde_json::from_slice(&content).ok()?;
    (sealed.name == name).then_some(Known {
        id: sealed.id,
        record: sealed.record,
        version: None,
        is_under_old_key: index > 0,
    })
}

/// Adds the header that sets the cookie of a session.
pub(crate) fn set(
    config: &Config,
    id: Id,
    record: &Record,
    lives: Duration,
    headers: &mut HeaderMap,
) -> Result<(), HttpError> {
    let name = config.cookie_name.clone();
    let sealed = Sealed {
        name: name.clone(),
        id,
        record,
    };
    let content = serde_json::to_string(&sealed).map_err(HttpError::internal)?;
    let mut jar = CookieJar::new();
    match &config.backend {
        Backend::Signed(keys) => {
            let content = URL_SAFE_NO_PAD.encode(content);
            let cookie = Cookie::new(name.clone(), content);
            jar.signed_mut(keys.first().get()).add(cookie);
        }
        Backend::Encrypted(keys) => {
            let cookie = Cookie::new(name.clone(), content);
            jar.private_mut(keys.first().get()).add(cookie);
        }
        Backend::Stored(_) => {}
    }
    let value = jar.get(&name).map(Cookie::value).unwrap_or_default();
    let bytes = name.len() + value.len();
    if bytes > COOKIE_BYTES {
        return Err(HttpError::internal(format!(
            "the session cookie `{name}` would have {bytes} bytes, browsers keep {COOKIE_BYTES}: store less in the session, or use `Sessions::stored`"
        )));
    }
    let set = config.cookie.set(value.to_owned(), lives, headers);
    set.map_err(HttpError::internal)
}
