//! The hashes of a request: of its caller and key, and of its content.

use std::collections::BTreeSet;
use std::fmt::Write;

use avocet::layer::{OriginalUri, Request};
use avocet::operation::Operation;
use http::{HeaderName, header};
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

/// Hashes every header and query parameter that can have credentials: two callers with one key share neither a response nor a conflict.
fn credentials(request: &Request, hash: &mut Hash) {
    let mut names = BTreeSet::from(["authorization", "cookie", "x-api-key"]);
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

/// Returns the names of the headers or query parameters in which an operation reads API keys.
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
