//! The keys of a set that can verify tokens.

use std::str::FromStr;

use jsonwebtoken::jwk::{Jwk, KeyOperations, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;

use crate::jwt::{Algorithm, KeySet, VerifyingKey};

/// The most keys of a set.
const MOST: usize = 100;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// Reads a set. Keys of other kinds and uses, and malformed ones, are left out (RFC 7517, section 5).
pub(super) fn keys(text: &[u8]) -> Result<KeySet, String> {
    let document: Document = serde_json::from_slice(text)
        .map_err(|error| format!("the response is not a set of keys: {error}"))?;
    let count = document.keys.len();
    if count > MOST {
        return Err(format!("the set has {count} keys, the limit is {MOST}"));
    }
    let keys: Vec<_> = document.keys.into_iter().filter_map(key).collect();
    if keys.is_empty() {
        return Err(format!(
            "none of the {count} keys of the set can verify tokens"
        ));
    }
    Ok(KeySet(keys))
}

fn key(value: Value) -> Option<(Option<String>, VerifyingKey)> {
    // An algorithm that is not known here is none that tokens are verified with.
    let only = match value.get("alg") {
        None => None,
        Some(name) => Some(Algorithm::from_str(name.as_str()?).ok()?),
    };
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let is_for_signatures = matches!(
        jwk.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let operations = jwk.common.key_operations.as_ref();
    let verifies = operations.is_none_or(|it| it.contains(&KeyOperations::Verify));
    if !is_for_signatures || !verifies {
        return None;
    }
    let key = VerifyingKey::of_jwk(&jwk, only)?;
    Some((jwk.common.key_id, key))
}
