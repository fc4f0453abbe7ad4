//! `Lease`: the right to run the request of a key.

use std::sync::Arc;
use std::time::Duration;

use avocet_store::{Error, Namespace, Version};
use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::record::{Fingerprint, Record, State};

/// The right to run the request of a key. It is renewed until it is completed or dropped; if the process ends, it expires.
///
/// Dropping it releases the key, so that a retry runs the request again.
#[derive(Debug)]
pub(super) struct Lease {
    held: Option<Arc<Held>>,
    renewing: JoinHandle<()>,
}

#[derive(Debug)]
struct Held {
    records: Namespace,
    key: String,
    fingerprint: Fingerprint,
    /// The version of the record; `None` once it is not ours any more. Versions are fencing tokens.
    version: Mutex<Option<Version>>,
}

/// What a request finds in the store.
#[derive(Debug)]
pub(super) enum Claim {
    Mine(Lease),
    Other(Option<Record>),
}

impl Lease {
    /// Claims a key, or returns the record that it has.
    pub(super) async fn claim(
        records: &Namespace,
        key: String,
        fingerprint: Fingerprint,
        time: Duration,
    ) -> Result<Claim, Error> {
        let running = running(fingerprint);
        loop {
            if let Some(version) = records.put_if_absent(&key, running.clone(), time).await? {
                let held = Arc::new(Held {
                    records: records.clone(),
                    key,
                    fingerprint,
                    version: Mutex::new(Some(version)),
                });
                let renewing = tokio::spawn(renew(Arc::clone(&held), running, time));
                return Ok(Claim::Mine(Self {
                    held: Some(held),
                    renewing,
                }));
            }
            // Between the two steps the record can expire or be deleted; then the key is free.
            if let Some(entry) = records.get(&key).await? {
                return Ok(Claim::Other(Record::read(entry.value)));
            }
        }
    }

    /// Replaces the record of the running request by its outcome.
    pub(super) async fn complete(mut self, state: State, expiry: Duration) -> Result<(), Error> {
        let Some(held) = self.held.take() else {
            return Ok(());
        };
        self.renewing.abort();
        let fingerprint = held.fingerprint;
        let record = Record { fingerprint, state };
        let version = held.version.lock().await.take();
        if let Some(version) = version {
            let written = held
                .records
                .put_if_version(&held.key, version, record.write(), expiry)
                .await;
            if let Err(Error::Limit(_)) = &written
                && !matches!(record.state, State::Unstored)
            {
                // No room for the response: what matters more is that the request does not run twice.
                let state = State::Unstored;
                let record = Record { fingerprint, state }.write();
                held.records
                    .put_if_version(&held.key, version, record, expiry)
                    .await?;
            } else {
                written?;
            }
        }
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
        if let Some(held) = self.held.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                let version = held.version.lock().await.take();
                if let Some(version) = version {
                    // If this fails, the lease expires.
                    let _ = held.records.delete_if_version(&held.key, version).await;
                }
            });
        }
    }
}

fn running(fingerprint: Fingerprint) -> Bytes {
    let state = State::Running;
    Record { fingerprint, state }.write()
}

/// Renews a lease for as long as its request runs.
async fn renew(held: Arc<Held>, running: Bytes, time: Duration) {
    loop {
        tokio::time::sleep(time / 3).await;
        let mut version = held.version.lock().await;
        let Some(known) = *version else {
            return;
        };
        let renewed = held
            .records
            .put_if_version(&held.key, known, running.clone(), time)
            .await;
        match renewed {
            Ok(renewed) => *version = renewed,
            // The next attempt is before the lease expires.
            Err(error) => tracing::warn!(%error, "the lease of an idempotency key was not renewed"),
        }
    }
}

/// Logs that a retry will run a request again, although it is done.
pub(super) fn not_stored(error: &Error) {
    tracing::error!(%error, "the response of an idempotency key was not stored");
}
