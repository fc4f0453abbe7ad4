//! `Backend`: where sessions are kept, and how they are read.

use std::fmt;

use avocet::response::HttpError;
use avocet_store::{Namespace, Timestamp, Version};

use crate::config::Config;
use crate::cookie_settings::Presented;
use crate::id::Id;
use crate::key::Keys;
use crate::record::Record;
use crate::sealed;

#[derive(Clone)]
pub(crate) enum Backend {
    Signed(Keys),
    Encrypted(Keys),
    Stored(Namespace),
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signed(_) => "Signed",
            Self::Encrypted(_) => "Encrypted",
            Self::Stored(_) => "Stored",
        })
    }
}

/// The session that a request belongs to.
pub(crate) struct Known {
    pub(crate) id: Id,
    pub(crate) record: Record,
    /// The version in the store.
    pub(crate) version: Option<Version>,
    /// Whether an old key protects the cookie.
    pub(crate) is_under_old_key: bool,
}

/// What a request has of a session.
pub(crate) enum Found {
    Nothing,
    Known(Box<Known>),
    /// An id without an entry in the store: the visitor has no data yet, or the session has ended.
    Unused(Id),
}

/// Reads the session that a cookie stands for. A cookie that is not valid stands for none.
pub(crate) async fn read(config: &Config, presented: &Presented) -> Result<Found, HttpError> {
    let Some(value) = presented.value() else {
        return Ok(Found::Nothing);
    };
    let now = config.now();
    match &config.backend {
        Backend::Signed(_) | Backend::Encrypted(_) => {
            let known = sealed::open(config, value);
            Ok(living(known, config, now).map_or(Found::Nothing, Found::Known))
        }
        Backend::Stored(namespace) => {
            let Some(id) = Id::from_text(value) else {
                return Ok(Found::Nothing);
            };
            let entry = namespace.get(&id.store_key()).await;
            let known = entry.map_err(HttpError::internal)?.and_then(|entry| {
                Some(Known {
                    id,
                    record: decoded(&entry.value)?,
                    version: Some(entry.version),
                    is_under_old_key: false,
                })
            });
            Ok(living(known, config, now).map_or(Found::Unused(id), Found::Known))
        }
    }
}

fn living(known: Option<Known>, config: &Config, now: Timestamp) -> Option<Box<Known>> {
    let known = known?;
    known.record.remaining(config.times, now)?;
    Some(Box::new(known))
}

/// Reads the record of a store. One that another version of the program has written in another form is none.
pub(crate) fn decoded(bytes: &[u8]) -> Option<Record> {
    let record = serde_json::from_slice(bytes);
    record
        .inspect_err(|error| tracing::warn!(%error, "a stored session has an unknown form"))
        .ok()
}
