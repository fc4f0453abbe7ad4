//! The parts of a token, and its header.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::error::TokenError;

/// A token in its compact form (RFC 7515, section 7.1), split at its points.
pub(super) struct Parts<'t> {
    pub(super) header: Members,
    /// Header and payload, which are signed.
    pub(super) message: &'t str,
    payload: &'t str,
    pub(super) signature: &'t str,
}

impl<'t> Parts<'t> {
    pub(super) fn of(token: &'t str) -> Result<Self, TokenError> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed("it has not three parts"));
        };
        if signature.is_empty() {
            return Err(TokenError::Malformed("it has no signature"));
        }
        Ok(Self {
            header: Members::of(header).ok_or(TokenError::Malformed("its header"))?,
            message: &token[..header.len() + 1 + payload.len()],
            payload,
            signature,
        })
    }

    /// Reads the claims. They mean something only after the signature was verified.
    pub(super) fn claims(&self) -> Result<Members, TokenError> {
        Members::of(self.payload).ok_or(TokenError::Malformed("its claims"))
    }
}

/// A JSON object whose members have different names: readers disagree which one of two counts (RFC 7519, section 4).
pub(super) struct Members(pub(super) Map<String, Value>);

impl Members {
    fn of(encoded: &str) -> Option<Self> {
        // Without padding and with zero bits at the end, so that a token has one spelling.
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Returns the text of a member; `Err` for a value of another type.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, ()> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(()),
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique;

        impl<'de> Visitor<'de> for Unique {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members, A::Error> {
                let mut names = HashSet::new();
                let mut members = Map::new();
                while let Some((name, value)) = object.next_entry::<String, Value>()? {
                    if !names.insert(name.clone()) {
                        return Err(A::Error::custom("a member is repeated"));
                    }
                    members.insert(name, value);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Unique)
    }
}
