//! The hashes of a request: of its caller and key, and of its content.

use std::collections::BTreeSet;
use std::fmt::Write;

use avocet::layer::{OriginalUri, Request};
use avocet::operation::{Operation, ParameterLocation};
use http::{HeaderMap, HeaderName, header};
use sha2::{Digest, Sha256};

use super::record::Fingerprint;
use crate::hosts::requested_host;

/// Hashes parts with their lengths, so that no two lists of parts are equal.
struct Hash(Sha256);

impl Hash {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn finish(self) -> Fingerprint {
        self.0.finalize().into()
    }
}

/// Returns the key of a record: the caller, the host, the method, the path and the key of the client. The store has no credentials, only
/// this hash.
pub(super) fn record_key(request: &Request, caller: Option<&str>, key: &str) -> String {
    let mut hash = Hash::new();
    match caller {
        Some(caller) => {
            hash.part(b"caller");
            hash.part(caller.as_bytes());
        }
        None => credentials(request, &mut hash),
    }
    // An application can serve a tenant on each host.
    let host = requested_host(request).unwrap_or_default();
    hash.part(host.to_ascii_lowercase().as_bytes());
    hash.part(request.method().as_str().as_bytes());
    let original = request.extensions().get::<OriginalUri>();
    let uri = original.map_or(request.uri(), |original| &original.0);
    hash.part(uri.path().as_bytes());
    hash.part(key.as_bytes());
    hash.finish()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Hashes every header, cookie and query parameter that can have credentials: two callers with one key share neither a response nor a
/// conflict.
fn credentials(request: &Request, hash: &mut Hash) {
    let mut names = BTreeSet::from(["authorization", "x-api-key"]);
    let of_cookies = request.operation().map(cookie_names).unwrap_or_default();
    if of_cookies.is_empty() {
        // Any of them can be the credentials of a middleware.
        names.insert("cookie");
    }
    let of_schemes: Vec<_> = request
        .operation()
        .into_iter()
        .flat_map(|operation| key_names(operation, "header"))
        .filter_map(|name| name.parse().ok())
        .collect();
    names.extend(of_schemes.iter().map(HeaderName::as_str));
    hash.part(b"credentials");
    for name in names {
        for value in request.headers().get_all(name) {
            hash.part(name.as_bytes());
            hash.part(value.as_bytes());
        }
    }
    let sent = cookies(request.headers()).filter(|(name, _)| of_cookies.contains(name));
    let mut sent: Vec<_> = sent.collect();
    // A browser may send them in a different order after one was set again.
    sent.sort_unstable();
    for (name, value) in sent {
        hash.part(name.as_bytes());
        hash.part(value.as_bytes());
    }
    let of_query: Vec<&str> = request
        .operation()
        .into_iter()
        .flat_map(|operation| key_names(operation, "query"))
        .collect();
    let pairs = request.uri().query().unwrap_or_default().split('&');
    for pair in pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if of_query.contains(&name) {
            hash.part(name.as_bytes());
            hash.part(value.as_bytes());
        }
    }
}

/// Returns the cookies that an operation reads, if one of them has the credentials of a scheme; otherwise none.
fn cookie_names(operation: &Operation) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = key_names(operation, "cookie").collect();
    if !names.is_empty() {
        let parameters = operation.parameters.iter();
        let cookies = parameters.filter(|it| it.source == ParameterLocation::Cookie);
        names.extend(cookies.map(|it| it.name.as_str()));
    }
    names
}

/// Returns the names and values of the cookies of a request.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.flat_map(|line| line.to_str().unwrap_or_default().split(';'));
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.trim(), value.trim())
    })
}

/// Returns the names of the headers, cookies or query parameters in which an operation reads API keys.
fn key_names<'o>(operation: &'o Operation, location: &'o str) -> impl Iterator<Item = &'o str> {
    let choices = operation.security_choices.iter().flatten().flatten();
    let schemes = operation
        .security
        .iter()
        .chain(choices)
        .map(|requirement| &requirement.scheme);
    schemes
        .filter(move |scheme| scheme["in"] == location)
        .filter_map(|scheme| scheme["name"].as_str())
}

/// Returns the fingerprint of the content of a request.
pub(super) fn fingerprint(request: &Request, body: &[u8]) -> Fingerprint {
    let mut hash = Hash::new();
    hash.part(request.uri().query().unwrap_or_default().as_bytes());
    let content_type = request.headers().get(header::CONTENT_TYPE);
    hash.part(content_type.map_or(b"", |content_type| content_type.as_bytes()));
    hash.part(body);
    hash.finish()
}
