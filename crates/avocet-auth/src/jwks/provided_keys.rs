//! `Jwks`: the keys that are known, and when they are loaded again.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use avocet::lifecycle::{Component, Start};
use avocet::response::BodyError;
use avocet_store::Timestamp;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::address;
use super::config::{JwksConfig, Location};
use super::fetch::Client;
use crate::jwt::{
    Algorithm, InvalidConfig, JwtConfig, KeySet, KeySource, TokenError, VerifyingKey,
};

/// The keys of a provider, which are loaded when they are needed; see the [module](super). A clone is one pointer.
///
/// ```
/// use avocet_auth::jwks::Jwks;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let of_address = Jwks::at("https://login.example/keys").build()?;
/// let of_issuer = Jwks::discovered("https://login.example").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Jwks(Arc<Inner>);

struct Inner {
    config: JwksConfig,
    client: Client,
    known: RwLock<Option<Arc<Known>>>,
    /// Held during a load, so that there is one at a time.
    loader: Arc<Mutex<Loader>>,
}

/// Keys that were loaded.
struct Known {
    keys: KeySet,
    loaded: Timestamp,
    fresh_until: Timestamp,
}

#[derive(Default)]
struct Loader {
    /// When the last load ended, also if it failed.
    ended: Option<Timestamp>,
    /// Why it failed.
    failure: Option<String>,
}

impl Jwks {
    /// Loads the keys from this address.
    ///
    /// ```
    /// let config = avocet_auth::jwks::Jwks::at("https://login.example/keys");
    /// ```
    pub fn at(address: impl Into<String>) -> JwksConfig {
        JwksConfig::new(Location::Keys(address.into()))
    }

    /// Loads the keys from the address in the issuer's discovery document, `<issuer>/.well-known/openid-configuration`. The `issuer` in the
    /// document must be this one, character by character.
    ///
    /// ```
    /// let config = avocet_auth::jwks::Jwks::discovered("https://login.example");
    /// ```
    pub fn discovered(issuer: impl Into<String>) -> JwksConfig {
        JwksConfig::new(Location::Issuer(issuer.into()))
    }

    pub(super) fn new(config: JwksConfig, client: Client) -> Self {
        Self(Arc::new(Inner {
            config,
            client,
            known: RwLock::new(None),
            loader: Arc::default(),
        }))
    }

    /// Returns the key that a token names, and loads the set if it is old or does not have the key.
    async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<VerifyingKey, TokenError> {
        let now = self.0.config.clock.now();
        let known = self.known(now);
        let found = known
            .as_ref()
            .and_then(|it| it.keys.find(id, algorithm).cloned());
        if let (Some(key), Some(known)) = (found, &known) {
            // An old key is enough while another request loads the set.
            if now >= known.fresh_until
                && let Ok(loader) = Arc::clone(&self.0.loader).try_lock_owned()
            {
                self.load(loader, now).await;
                let known = self.known(now).ok_or(TokenError::NoKeys)?;
                return known
                    .keys
                    .find(id, algorithm)
                    .cloned()
                    .ok_or(TokenError::UnknownKey);
            }
            return Ok(key);
        }
        self.load(Arc::clone(&self.0.loader).lock_owned().await, now)
            .await;
        let known = self.known(now).ok_or(TokenError::NoKeys)?;
        known
            .keys
            .find(id, algorithm)
            .cloned()
            .ok_or(TokenError::UnknownKey)
    }

    /// Returns the keys, unless they are too old.
    fn known(&self, now: Timestamp) -> Option<Arc<Known>> {
        let known = self
            .0
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()?;
        // What is fresh is never too old.
        let end = known
            .loaded
            .after(self.0.config.stale_at_most)
            .max(known.fresh_until);
        (now < end).then_some(known)
    }

    /// Loads the set, unless that was tried a short time ago. The load runs in a task: a client that disconnects does not end it.
    async fn load(&self, mut loader: OwnedMutexGuard<Loader>, now: Timestamp) {
        let inner = Arc::clone(&self.0);
        if loader
            .ended
            .is_some_and(|it| now < it.after(inner.config.retry_interval))
        {
            return;
        }
        let loading = tokio::spawn(async move {
            let outcome = inner.client.load(&inner.config).await;
            let now = inner.config.clock.now();
            loader.ended = Some(now);
            loader.failure = outcome.as_ref().err().cloned();
            match outcome {
                Ok((keys, fresh)) => {
                    let known = Known {
                        keys,
                        loaded: now,
                        fresh_until: now.after(fresh),
                    };
                    *inner.known.write().unwrap_or_else(PoisonError::into_inner) =
                        Some(Arc::new(known));
                }
                Err(why) => tracing::warn!(%why, "the keys of tokens were not loaded"),
            }
        });
        // A panic leaves the keys as they were.
        let _ = loading.await;
    }

    /// Loads the set if there are no fresh keys, and returns why there are none.
    async fn check(&self) -> Result<(), String> {
        let now = self.0.config.clock.now();
        if self.known(now).is_none_or(|it| now >= it.fresh_until) {
            self.load(Arc::clone(&self.0.loader).lock_owned().await, now)
                .await;
        }
        if self.known(now).is_some() {
            return Ok(());
        }
        let failure = self.0.loader.lock().await.failure.clone();
        Err(failure.unwrap_or_else(|| "the keys are not loaded".to_owned()))
    }
}

impl JwksConfig {
    /// Checks the address, and creates the set. Nothing is loaded yet.
    ///
    /// # Errors
    /// The address is not `https`, or the system has no certificates to verify servers with.
    ///
    /// ```
    /// use avocet_auth::jwks::Jwks;
    ///
    /// let error = Jwks::at("http://login.example/keys").build().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "\"http://login.example/keys\" is not `https`, which keys require except on a loopback address",
    /// );
    /// ```
    pub fn build(self) -> Result<Jwks, InvalidConfig> {
        let (Location::Keys(text) | Location::Issuer(text)) = &self.location;
        let address = address::parse(text).map_err(InvalidConfig::one)?;
        let client = Client::new(&address).map_err(InvalidConfig::one)?;
        Ok(Jwks::new(self, client))
    }
}

impl KeySource for Jwks {
    fn find<'s>(
        &'s self,
        id: Option<&'s str>,
        algorithm: Algorithm,
    ) -> Pin<Box<dyn Future<Output = Result<VerifyingKey, TokenError>> + Send + 's>> {
        Box::pin(Jwks::find(self, id, algorithm))
    }
}

impl JwtConfig {
    /// Takes the keys from the set of a provider, instead of keys that you add.
    ///
    /// ```
    /// use avocet_auth::jwks::Jwks;
    /// use avocet_auth::jwt::{Algorithm, JwtConfig};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let config = JwtConfig::new([Algorithm::Rs256]).jwks(Jwks::at("https://login.example/keys").build()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn jwks(self, jwks: Jwks) -> Self {
        self.source(Arc::new(jwks))
    }
}

impl Component for Jwks {
    fn name(&self) -> &'static str {
        "jwks"
    }

    /// Loads the keys. A provider that is down does not end the start: the application starts and is not ready.
    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        let _ = self.check().await;
        Ok(())
    }

    /// Returns whether there are keys, and loads them if there are none.
    async fn ready(&self) -> Result<(), String> {
        self.check().await
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Jwks")
            .field(&self.0.config.location)
            .finish()
    }
}
