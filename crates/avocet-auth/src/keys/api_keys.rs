//! `ApiKeys`: the keys of an application.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avocet::operation::Operation;
use avocet::types::Secret;
use avocet_context::Caller;
use avocet_store::{Clock, Namespace, NamespaceConfig, Store, Timestamp, Version};

use super::error::{ApiKeyError, InvalidApiKeys, InvalidKey};
use super::format;
use super::info::ApiKeyInfo;
use super::new::NewApiKey;
use super::record::{Previous, Record};
use crate::verify::{Verified, Verify, VerifyError};

/// The most keys of an owner, those that are listed after their end among them.
const MOST: usize = 100;
/// How often a change is tried that others interfere with.
const TRIES: usize = 8;
/// How old the last use is before it is written again.
const USE_INTERVAL: Duration = Duration::from_secs(60);

/// The API keys of an application, a state of it; see the [module](super). A clone is one pointer.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::ApiKey;
/// use avocet_auth::SchemeExt;
/// use avocet_auth::keys::{ApiKeyInfo, ApiKeys};
///
/// #[get("/models")]
/// async fn models(#[extract(ApiKey::header("X-Key").verified_by::<ApiKeys>())] key: ApiKeyInfo) -> String {
///     format!("the models of {}", key.owner)
/// }
/// ```
#[derive(Clone)]
pub struct ApiKeys(Arc<Inner>);

struct Inner {
    prefix: String,
    records: Namespace,
    clock: Clock,
}

/// A key that was created or rotated. The key itself is shown now and never again.
///
/// ```
/// use avocet_auth::keys::CreatedApiKey;
///
/// fn show(created: &CreatedApiKey) -> String {
///     format!("Your key is {}. Store it: it is shown once.", created.key.expose())
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreatedApiKey {
    /// The key.
    pub key: Secret<String>,
    /// What is known of it.
    pub info: ApiKeyInfo,
}

impl ApiKeys {
    /// Creates keys with a prefix, in the namespace `api-keys` of a store.
    ///
    /// # Errors
    /// [`InvalidApiKeys::Prefix`] for a prefix that is not 2 to 16 characters of `a-z`, `0-9` and `_`, starting with a letter.
    ///
    /// ```
    /// use avocet_auth::keys::ApiKeys;
    /// use avocet_store::Store;
    ///
    /// assert!(ApiKeys::new(&Store::memory(), "acme").is_ok());
    /// assert!(ApiKeys::new(&Store::memory(), "Acme!").is_err());
    /// ```
    pub fn new(store: &Store, prefix: impl Into<String>) -> Result<Self, InvalidApiKeys> {
        Self::in_namespace(store, prefix, "api-keys")
    }

    /// Creates keys in a namespace with another name or other limits.
    ///
    /// # Errors
    /// [`InvalidApiKeys::Prefix`] and [`InvalidApiKeys::Namespace`].
    ///
    /// ```
    /// use avocet_auth::keys::ApiKeys;
    /// use avocet_store::{NamespaceConfig, Store};
    ///
    /// let many = NamespaceConfig::new("keys").entries(1_000_000).total_bytes(1 << 30);
    /// assert!(ApiKeys::in_namespace(&Store::memory(), "acme", many).is_ok());
    /// ```
    pub fn in_namespace(
        store: &Store,
        prefix: impl Into<String>,
        namespace: impl Into<NamespaceConfig>,
    ) -> Result<Self, InvalidApiKeys> {
        let prefix = prefix.into();
        format::check_prefix(&prefix)?;
        Ok(Self(Arc::new(Inner {
            prefix,
            records: store.namespace(namespace)?,
            clock: store.clock().clone(),
        })))
    }

    /// Creates a key, and returns it once. Of keys that are created at the same time, all may be rejected if together they exceed the limit.
    ///
    /// # Errors
    /// [`ApiKeyError::Settings`], [`ApiKeyError::TooMany`] and [`ApiKeyError::Store`].
    ///
    /// ```
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeys, CreatedApiKey, NewApiKey};
    /// # use avocet_context::Caller;
    /// async fn create(keys: &ApiKeys) -> Result<CreatedApiKey, ApiKeyError> {
    ///     keys.create(NewApiKey::of(Caller::new("tenant-7")).name("build server")).await
    /// }
    /// ```
    pub async fn create(&self, new: NewApiKey) -> Result<CreatedApiKey, ApiKeyError> {
        new.check()?;
        if self.list(&new.owner).await?.len() >= MOST {
            return Err(ApiKeyError::TooMany { limit: MOST });
        }
        let now = self.0.clock.now();
        let id = format::new_id(new.owner.id())?;
        let key = format::new_key(&self.0.prefix, &id)?;
        let record = Record {
            name: new.name,
            owner: new.owner.id().to_owned(),
            shown: format::shown(&self.0.prefix, &key),
            scopes: new.scopes,
            requests_per_minute: new.requests_per_minute,
            hash: format::hash(&key),
            previous: None,
            created: now.as_millis(),
            expires: new.expires_in.map(|it| now.after(it).as_millis()),
            revoked: None,
            last_used: None,
        };
        let written = self
            .0
            .records
            .put_if_absent(&id, encoded(&record)?, record.ttl(now))
            .await?;
        written.ok_or(ApiKeyError::Contended)?;
        // Others may have been created since the first look. The last of them sees all, so never more than the limit stay.
        let known = self.list(&new.owner).await.map(|keys| keys.len());
        if !known.as_ref().is_ok_and(|count| *count <= MOST) {
            self.0.records.delete(&id).await?;
            known?;
            return Err(ApiKeyError::TooMany { limit: MOST });
        }
        Ok(CreatedApiKey {
            key: Secret::new(key),
            info: record.into_info(id),
        })
    }

    /// Verifies a key, and notes its use.
    ///
    /// # Errors
    /// [`ApiKeyError::Invalid`], and [`ApiKeyError::Store`] if the key could not be read.
    ///
    /// ```
    /// # use avocet::types::Secret;
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeyInfo, ApiKeys};
    /// async fn check(keys: &ApiKeys, key: &Secret<String>) -> Result<ApiKeyInfo, ApiKeyError> {
    ///     keys.verify(key).await
    /// }
    /// ```
    pub async fn verify(&self, key: &Secret<String>) -> Result<ApiKeyInfo, ApiKeyError> {
        let key = key.expose();
        let id = format::id_of(&self.0.prefix, key).ok_or(InvalidKey::Malformed)?;
        let hash = format::hash(key);
        let found = self.read(id).await?;
        let now = self.0.clock.now();
        let (mut record, version) = match found {
            Some((record, version)) => (record, Some(version)),
            None => (Record::unknown(), None),
        };
        record.check(&hash, now)?;
        if let Some(version) = version {
            self.note_use(id, &mut record, version, now).await;
        }
        Ok(record.into_info(id.to_owned()))
    }

    /// Writes the last use, at most once a minute.
    async fn note_use(&self, id: &str, record: &mut Record, version: Version, now: Timestamp) {
        let last = record.last_used.map(Timestamp::from_millis);
        if last.is_some_and(|it| now < it.after(USE_INTERVAL)) {
            return;
        }
        record.last_used = Some(now.as_millis());
        let Ok(value) = encoded(record) else { return };
        // Another request has noted its use, or the key was changed: both are more recent.
        let written = self
            .0
            .records
            .put_if_version(id, version, value, record.ttl(now))
            .await;
        if let Err(error) = written {
            tracing::warn!(%error, "the last use of an API key was not written");
        }
    }

    /// Replaces the secret of a key, and returns the new key once. The old one is accepted for the overlap. A rotation during an overlap ends
    /// that of the key before.
    ///
    /// # Errors
    /// [`ApiKeyError::NotFound`], also for a key that was revoked or has expired, [`ApiKeyError::Contended`] and [`ApiKeyError::Store`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeys, CreatedApiKey};
    /// async fn rotate(keys: &ApiKeys, id: &str) -> Result<CreatedApiKey, ApiKeyError> {
    ///     keys.rotate(id, Duration::from_secs(24 * 3600)).await
    /// }
    /// ```
    pub async fn rotate(&self, id: &str, overlap: Duration) -> Result<CreatedApiKey, ApiKeyError> {
        let key = format::new_key(&self.0.prefix, id)?;
        let (hash, shown) = (format::hash(&key), format::shown(&self.0.prefix, &key));
        let info = self
            .change(id, |record, now| {
                if record.revoked.is_some()
                    || record.expires.is_some_and(|it| now.as_millis() >= it)
                {
                    return Err(ApiKeyError::NotFound);
                }
                let until = now.after(overlap).as_millis();
                record.previous = Some(Previous {
                    hash: record.hash,
                    until,
                });
                record.hash = hash;
                record.shown.clone_from(&shown);
                Ok(())
            })
            .await?;
        Ok(CreatedApiKey {
            key: Secret::new(key),
            info,
        })
    }

    /// Revokes a key: it is rejected from now on, and so is the one before a rotation. A key that was revoked before stays as it is.
    ///
    /// # Errors
    /// [`ApiKeyError::NotFound`], [`ApiKeyError::Contended`] and [`ApiKeyError::Store`].
    ///
    /// ```
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeyInfo, ApiKeys};
    /// async fn revoke(keys: &ApiKeys, id: &str) -> Result<ApiKeyInfo, ApiKeyError> {
    ///     keys.revoke(id).await
    /// }
    /// ```
    pub async fn revoke(&self, id: &str) -> Result<ApiKeyInfo, ApiKeyError> {
        self.change(id, |record, now| {
            record.revoked.get_or_insert(now.as_millis());
            Ok(())
        })
        .await
    }

    /// Removes a key. It is not listed any more.
    ///
    /// # Errors
    /// [`ApiKeyError::Store`].
    ///
    /// ```
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeys};
    /// async fn remove(keys: &ApiKeys, id: &str) -> Result<bool, ApiKeyError> {
    ///     keys.delete(id).await
    /// }
    /// ```
    pub async fn delete(&self, id: &str) -> Result<bool, ApiKeyError> {
        Ok(self.0.records.delete(id).await?)
    }

    /// Returns a key by its id. Check that its owner is the one who asks.
    ///
    /// # Errors
    /// [`ApiKeyError::Store`].
    ///
    /// ```
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeyInfo, ApiKeys};
    /// async fn find(keys: &ApiKeys, id: &str) -> Result<Option<ApiKeyInfo>, ApiKeyError> {
    ///     keys.get(id).await
    /// }
    /// ```
    pub async fn get(&self, id: &str) -> Result<Option<ApiKeyInfo>, ApiKeyError> {
        let found = self.read(id).await?;
        Ok(found.map(|(record, _)| record.into_info(id.to_owned())))
    }

    /// Returns the keys of an owner, the oldest first.
    ///
    /// # Errors
    /// [`ApiKeyError::Store`].
    ///
    /// ```
    /// # use avocet_auth::keys::{ApiKeyError, ApiKeyInfo, ApiKeys};
    /// # use avocet_context::Caller;
    /// async fn list(keys: &ApiKeys) -> Result<Vec<ApiKeyInfo>, ApiKeyError> {
    ///     keys.list(&Caller::new("tenant-7")).await
    /// }
    /// ```
    pub async fn list(&self, owner: &Caller) -> Result<Vec<ApiKeyInfo>, ApiKeyError> {
        let prefix = format::owner_part(owner.id());
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.0.records.scan(&prefix, after.as_deref(), 1000).await?;
            for (id, entry) in page.entries {
                let record = decoded(&entry.value)?;
                // Two owners can have the same part.
                if record.owner == owner.id() {
                    found.push(record.into_info(id));
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        found.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        Ok(found)
    }

    async fn read(&self, id: &str) -> Result<Option<(Record, Version)>, ApiKeyError> {
        match self.0.records.get(id).await? {
            Some(entry) => Ok(Some((decoded(&entry.value)?, entry.version))),
            None => Ok(None),
        }
    }

    /// Changes a record, again if another change came between.
    async fn change(
        &self,
        id: &str,
        change: impl Fn(&mut Record, Timestamp) -> Result<(), ApiKeyError>,
    ) -> Result<ApiKeyInfo, ApiKeyError> {
        for _ in 0..TRIES {
            let (mut record, version) = self.read(id).await?.ok_or(ApiKeyError::NotFound)?;
            let now = self.0.clock.now();
            change(&mut record, now)?;
            let value = encoded(&record)?;
            let written = self
                .0
                .records
                .put_if_version(id, version, value, record.ttl(now))
                .await?;
            if written.is_some() {
                return Ok(record.into_info(id.to_owned()));
            }
        }
        Err(ApiKeyError::Contended)
    }
}

fn encoded(record: &Record) -> Result<Vec<u8>, ApiKeyError> {
    serde_json::to_vec(record)
        .map_err(|error| avocet_store::Error::backend("write an API key", error).into())
}

fn decoded(value: &[u8]) -> Result<Record, ApiKeyError> {
    serde_json::from_slice(value)
        .map_err(|error| avocet_store::Error::backend("read an API key", error).into())
}

impl Verify for ApiKeys {
    type Value = ApiKeyInfo;

    fn describe(operation: &mut Operation) {
        crate::verify::describe_unavailable(operation, "API keys are not available now");
    }

    async fn verify(
        &self,
        credentials: &Secret<String>,
    ) -> Result<Verified<ApiKeyInfo>, VerifyError> {
        let verified = ApiKeys::verify(self, credentials).await;
        let info = verified.map_err(|error| match error {
            ApiKeyError::Invalid(_) => {
                error.log();
                VerifyError::Invalid
            }
            error => VerifyError::Failed(error.into()),
        })?;
        Ok(Verified {
            caller: Some(info.owner.clone()),
            scopes: info.scopes.clone(),
            value: info,
        })
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys")
            .field("prefix", &self.0.prefix)
            .field("records", &self.0.records)
            .finish()
    }
}
