//! How the session of a request is read.

use avocet::response::HttpError;
use avocet_store::Timestamp;

use crate::backend::Backend;
use crate::config::Config;
use crate::cookie_settings::Presented;
use crate::id::Id;
use crate::known::{Found, Known};
use crate::sealed;
use crate::stored::decoded;

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
