//! `Record`: a key as it is stored, in JSON.

use std::time::Duration;

use avocet_context::Caller;
use avocet_store::{Timestamp, Ttl};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::error::InvalidKey;
use super::format::Hash;
use super::info::ApiKeyInfo;

/// How long a key is listed after its end.
const LISTED: Duration = Duration::from_secs(30 * 86_400);

/// Times are milliseconds since the Unix epoch.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) shown: String,
    pub(super) scopes: Vec<String>,
    pub(super) requests_per_minute: Option<u32>,
    pub(super) hash: Hash,
    pub(super) previous: Option<Previous>,
    pub(super) created: u64,
    pub(super) expires: Option<u64>,
    pub(super) revoked: Option<u64>,
    pub(super) last_used: Option<u64>,
}

/// The key before a rotation.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Previous {
    pub(super) hash: Hash,
    pub(super) until: u64,
}

impl Record {
    /// The record that an unknown id is compared with. Nothing has the hash zero.
    pub(super) fn unknown() -> Self {
        Self {
            name: String::new(),
            owner: String::new(),
            shown: String::new(),
            scopes: Vec::new(),
            requests_per_minute: None,
            hash: [0; 32],
            previous: None,
            created: 0,
            expires: None,
            revoked: None,
            last_used: None,
        }
    }

    /// Checks the hash of a key and the time. Both hashes are always compared, in constant time.
    pub(super) fn check(&self, hash: &Hash, now: Timestamp) -> Result<(), InvalidKey> {
        let now = now.as_millis();
        let is_current = self.hash.ct_eq(hash);
        let previous = self.previous.as_ref();
        let is_previous = previous.map_or([0; 32], |it| it.hash).ct_eq(hash);
        if !bool::from(is_current | is_previous) {
            return Err(InvalidKey::Unknown);
        }
        if self.revoked.is_some() {
            return Err(InvalidKey::Revoked);
        }
        if self.expires.is_some_and(|it| now >= it) {
            return Err(InvalidKey::Expired);
        }
        if !bool::from(is_current) && previous.is_none_or(|it| now >= it.until) {
            return Err(InvalidKey::Rotated);
        }
        Ok(())
    }

    /// Returns how long the record is stored.
    pub(super) fn ttl(&self, now: Timestamp) -> Ttl {
        let end = match (self.revoked, self.expires) {
            (Some(revoked), Some(expires)) => Some(revoked.min(expires)),
            (revoked, expires) => revoked.or(expires),
        };
        end.map_or(Ttl::NEVER, |end| {
            Ttl::from(Timestamp::from_millis(end).after(LISTED).since(now))
        })
    }

    pub(super) fn into_info(self, id: String) -> ApiKeyInfo {
        let time = |millis: Option<u64>| millis.map(Timestamp::from_millis);
        ApiKeyInfo {
            id,
            name: self.name,
            owner: Caller::new(self.owner),
            shown: self.shown,
            scopes: self.scopes,
            requests_per_minute: self.requests_per_minute,
            created: Timestamp::from_millis(self.created),
            expires: time(self.expires),
            revoked: time(self.revoked),
            last_used: time(self.last_used),
            previous_until: time(self.previous.map(|it| it.until)),
        }
    }
}
