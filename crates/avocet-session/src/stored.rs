//! Sessions in a store: how the changes of a request are written.

use avocet::response::HttpError;
use avocet_store::Namespace;

use crate::config::Config;
use crate::id::Id;
use crate::record::{Change, Record};

/// How often a write is tried again because another request of the session has written meanwhile.
const ATTEMPTS: usize = 32;

/// Writes a session under a new id.
pub(crate) async fn begin(
    config: &Config,
    namespace: &Namespace,
    id: Id,
    record: &Record,
) -> Result<(), HttpError> {
    let (bytes, lives) = encoded(config, record)?;
    let written = namespace.put(&id.store_key(), bytes, lives).await;
    written.map_err(HttpError::internal)?;
    Ok(())
}

/// Writes changes to the newest record of a session. Returns what was written, or `None` if the session was ended or has another id
/// meanwhile: then the changes are lost with it.
///
/// `read` is what this request has read; it is written first, because most sessions have one request at a time.
pub(crate) async fn change(
    config: &Config,
    namespace: &Namespace,
    id: Id,
    read: (Record, avocet_store::Version),
    changes: &[Change],
) -> Result<Option<Record>, HttpError> {
    let key = id.store_key();
    let (mut record, mut version) = read;
    for _ in 0..ATTEMPTS {
        record.apply_all(changes);
        record.touch(config.now());
        let (bytes, lives) = encoded(config, &record)?;
        let written = namespace.put_if_version(&key, version, bytes, lives).await;
        if written.map_err(HttpError::internal)?.is_some() {
            return Ok(Some(record));
        }
        let entry = namespace.get(&key).await.map_err(HttpError::internal)?;
        let newest = entry.and_then(|entry| Some((decoded(&entry.value)?, entry.version)));
        match newest {
            Some(newest) => (record, version) = newest,
            None => return Ok(None),
        }
    }
    Err(too_busy())
}

/// Moves a session to a new id, with the changes of this request. Of a session that was ended meanwhile only the changes are left.
pub(crate) async fn rotate(
    config: &Config,
    namespace: &Namespace,
    (old, new): (Id, Id),
    changes: &[Change],
) -> Result<Record, HttpError> {
    let old_key = old.store_key();
    for _ in 0..ATTEMPTS {
        let now = config.now();
        let entry = namespace.get(&old_key).await.map_err(HttpError::internal)?;
        let version = entry.as_ref().map(|entry| entry.version);
        let record = entry.and_then(|entry| decoded(&entry.value));
        let mut record = record.unwrap_or_else(|| Record::new(now));
        record.csrf = None;
        record.renew(now);
        record.touch(now);
        record.apply_all(changes);
        begin(config, namespace, new, &record).await?;
        let Some(version) = version else {
            return Ok(record);
        };
        let ended = namespace.delete_if_version(&old_key, version).await;
        if ended.map_err(HttpError::internal)? {
            return Ok(record);
        }
    }
    end(namespace, new).await?;
    Err(too_busy())
}

/// Ends a session.
pub(crate) async fn end(namespace: &Namespace, id: Id) -> Result<(), HttpError> {
    let deleted = namespace.delete(&id.store_key()).await;
    deleted.map_err(HttpError::internal)?;
    Ok(())
}

/// Reads the record of a store. One that another version of the program has written in another form is none.
pub(crate) fn decoded(bytes: &[u8]) -> Option<Record> {
    let record = serde_json::from_slice(bytes);
    record
        .inspect_err(|error| tracing::warn!(%error, "a stored session has an unknown form"))
        .ok()
}

fn encoded(config: &Config, record: &Record) -> Result<(Vec<u8>, std::time::Duration), HttpError> {
    let bytes = serde_json::to_vec(record).map_err(HttpError::internal)?;
    let (measured, limit) = (bytes.len(), config.max_bytes);
    if measured > limit {
        return Err(HttpError::internal(format!(
            "the session has {measured} bytes, the limit `Sessions::max_bytes` is {limit}: store less, or raise the limit"
        )));
    }
    let lives = record.remaining(config.times, config.now());
    Ok((bytes, lives.unwrap_or_default()))
}

fn too_busy() -> HttpError {
    HttpError::internal(format!(
        "other requests have written the session {ATTEMPTS} times meanwhile"
    ))
}
