//! The hashes of a request: of its caller and key, and of its content.

use std::collections::BTreeSet;
use std::fmt::Write;

use avocet::layer::{OriginalUri, Request};
use avocet::operation::Operation;
use http::{HeaderName, header};
use sha2::{Digest, Sha256};

use super::record::Fingerprint;

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

/// Returns the key of a record: the caller, the method, the path and the key of the client. The store has no credentials, only this hash.
pub(super) fn record_key(request: &Request, caller: Option<&str>, key: &str) -> String {
    let mut hash = Hash::new();
    match caller {
        Some(caller) => {
            hash.part(b"caller");
            hash.part(caller.as_bytes());
        }
        None => credentials(request, &mut hash),
    }
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

/// Hashes every header that can have credentials: two callers with one key never share a response.
fn credentials(request: &Request, hash: &mut Hash) {
    let mut names = BTreeSet::from(["authorization", "cookie", "x-api-key"]);
    let of_schemes: Vec<_> = request
        .operation()
        .into_iter()
        .flat_map(key_headers)
        .collect();
    names.extend(of_schemes.iter().map(HeaderName::as_str));
    hash.part(b"credentials");
    for name in names {
        for value in request.headers().get_all(name) {
            hash.part(name.as_bytes());
            hash.part(value.as_bytes());
        }
    }
}

/// Returns the headers in which an operation reads API keys.
fn key_headers(operation: &Operation) -> impl Iterator<Item = HeaderName> {
    let choices = operation.security_choices.iter().flatten().flatten();
    let schemes = operation
        .security
        .iter()
        .chain(choices)
        .map(|requirement| &requirement.scheme);
    schemes
        .filter(|scheme| scheme["in"] == "header")
        .filter_map(|scheme| scheme["name"].as_str()?.parse().ok())
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
