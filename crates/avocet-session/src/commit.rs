//! What is written of a session when the handler has returned, and the cookie of the response.

use avocet::response::HttpError;
use avocet_store::Namespace;
use http::HeaderMap;

use crate::active::{Active, Fate, Loaded};
use crate::backend::Backend;
use crate::config::Config;
use crate::id::Id;
use crate::record::Record;
use crate::{sealed, stored};

/// Writes the session. Returns the headers of the response, or `None` if the request has not read its session.
pub(crate) async fn commit(active: &Active) -> Result<Option<HeaderMap>, HttpError> {
    let Some(mut session) = active.commit() else {
        return Ok(None);
    };
    if let Some(invalid) = session.invalid.take() {
        return Err(invalid);
    }
    let config = active.config();
    let mut headers = HeaderMap::new();
    let is_left = !session.record.is_empty() || session.has_token;
    if session.fate == Fate::Ended && !is_left {
        if let (Backend::Stored(namespace), Some(known)) = (&config.backend, &session.known) {
            stored::end(namespace, known.id).await?;
        }
        if !active.presented().is_nothing() {
            let removed = config.cookie.remove(&mut headers);
            removed.map_err(HttpError::internal)?;
        }
        return Ok(Some(headers));
    }
    match &config.backend {
        Backend::Signed(_) | Backend::Encrypted(_) => seal(config, session, &mut headers)?,
        Backend::Stored(namespace) => {
            if let Some((id, record)) = store(config, namespace, session).await? {
                let lives = record.remaining(config.times, config.now());
                let set = config
                    .cookie
                    .set(id.to_text(), lives.unwrap_or_default(), &mut headers);
                set.map_err(HttpError::internal)?;
            }
        }
    }
    Ok(Some(headers))
}

/// Whether an unchanged session is written, so that it lives longer.
fn is_due(config: &Config, session: &Loaded) -> bool {
    session.known.as_ref().is_some_and(|known| {
        known.is_under_old_key || known.record.is_due(config.times, config.now())
    })
}

fn seal(config: &Config, session: Loaded, headers: &mut HeaderMap) -> Result<(), HttpError> {
    let is_new = session.known.is_none() && (!session.record.is_empty() || session.has_token);
    let is_changed =
        session.known.is_some() && (!session.changes.is_empty() || session.fate != Fate::Continued);
    if !is_new && !is_changed && !is_due(config, &session) {
        return Ok(());
    }
    let mut record = session.record;
    record.touch(config.now());
    let lives = record.remaining(config.times, config.now());
    sealed::set(
        config,
        session.id,
        &record,
        lives.unwrap_or_default(),
        headers,
    )
}

/// Returns the id and the record for the cookie, if it is set.
async fn store(
    config: &Config,
    namespace: &Namespace,
    mut session: Loaded,
) -> Result<Option<(Id, Record)>, HttpError> {
    let due = is_due(config, &session);
    let Some(known) = session.known.take() else {
        return first(config, namespace, session).await;
    };
    let (id, new) = (known.id, session.id);
    match (session.fate, known.version) {
        (Fate::Rotated, _) => {
            let record = stored::rotate(config, namespace, (id, new), &session.changes).await?;
            Ok(Some((new, record)))
        }
        (Fate::Ended, _) => {
            stored::end(namespace, id).await?;
            first(config, namespace, session).await
        }
        (Fate::Continued, Some(version)) if due || !session.changes.is_empty() => {
            let read = (known.record, version);
            let record = stored::change(config, namespace, id, read, &session.changes).await?;
            Ok(record.map(|record| (id, record)))
        }
        (Fate::Continued, _) => Ok(None),
    }
}

/// Begins a session with the first data. Without data only the cookie has an id, which uses no memory.
async fn first(
    config: &Config,
    namespace: &Namespace,
    mut session: Loaded,
) -> Result<Option<(Id, Record)>, HttpError> {
    session.record.touch(config.now());
    if session.record.is_empty() {
        return Ok(session.has_token.then_some((session.id, session.record)));
    }
    if session.unused == Some(session.id) {
        // The id may be from elsewhere, so it gets no data. Forms that are open stay valid.
        session.record.csrf = session.unused;
        session.id = Id::random()?;
    }
    stored::begin(config, namespace, session.id, &session.record).await?;
    Ok(Some((session.id, session.record)))
}
