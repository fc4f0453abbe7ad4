//! `Id`: the random id of a session.

use std::fmt;

use avocet::response::HttpError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// 256 random bits. The cookie of a stored session is its text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id([u8; Self::BYTES]);

impl Id {
    pub(crate) const BYTES: usize = 32;

    pub(crate) fn random() -> Result<Self, HttpError> {
        Ok(Self(random()?))
    }

    /// Returns the id that a cookie has, if it has the form of one.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    pub(crate) fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The key of the store: who reads the store learns no id.
    pub(crate) fn store_key(self) -> String {
        URL_SAFE_NO_PAD.encode(self.derived(b"avocet session store"))
    }

    /// The CSRF secret of the session.
    pub(crate) fn csrf_secret(self) -> [u8; Self::BYTES] {
        self.derived(b"avocet session csrf")
    }

    fn derived(self, purpose: &[u8]) -> [u8; Self::BYTES] {
        let hash = Sha256::new().chain_update(purpose).chain_update(self.0);
        hash.finalize().into()
    }
}

/// Returns random bytes of the operating system.
pub(crate) fn random() -> Result<[u8; Id::BYTES], HttpError> {
    let mut bytes = [0; Id::BYTES];
    getrandom::fill(&mut bytes).map_err(HttpError::internal)?;
    Ok(bytes)
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).ok_or_else(|| serde::de::Error::custom("not a session id"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Id(**********)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_exactly_one_form() {
        let id = Id::random().expect("random bytes");
        let text = id.to_text();
        assert_eq!(text.len(), 43);
        assert_eq!(Id::from_text(&text), Some(id));
        for wrong in [
            "",
            &text[1..],
            &format!("{text}="),
            &format!("{text}A"),
            &format!(" {text}"),
            &format!("{}!", &text[1..]),
        ] {
            assert_eq!(Id::from_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_derived_differs_and_hides_the_id() {
        let id = Id::random().expect("random bytes");
        let (store, csrf) = (id.store_key(), URL_SAFE_NO_PAD.encode(id.csrf_secret()));
        assert_ne!(store, csrf);
        assert_ne!(store, id.to_text());
        assert!(!format!("{id:?}").contains(&id.to_text()));
    }
}
