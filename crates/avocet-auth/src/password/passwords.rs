//! `Passwords`: hashes and verifies.

use std::fmt;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use avocet::types::Secret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::config::{InvalidPasswordConfig, PasswordConfig};
use super::error::PasswordError;

/// Hashes and verifies passwords, a state of the application. A clone is one pointer.
///
/// A hash takes tens of milliseconds and 19 MiB by design. At most four are computed at once, on threads for blocking work; 64 more wait, and
/// the rest are rejected with [`PasswordError::Busy`]. A flood of logins therefore takes neither all threads nor the memory.
///
/// ```
/// use avocet::types::Secret;
/// use avocet_auth::password::Passwords;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let passwords = Passwords::new();
/// let hash = passwords.hash(Secret::new("correct horse".to_owned())).await.unwrap();
/// assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
///
/// assert!(passwords.verify(Secret::new("correct horse".to_owned()), Some(&hash)).await.unwrap());
/// assert!(!passwords.verify(Secret::new("wrong horse".to_owned()), Some(&hash)).await.unwrap());
/// // An unknown user takes as long.
/// assert!(!passwords.verify(Secret::new("correct horse".to_owned()), None).await.unwrap());
/// # }
/// ```
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    config: PasswordConfig,
    /// Those that are computed.
    running: Arc<Semaphore>,
    /// Those that are computed or wait.
    admitted: Arc<Semaphore>,
    /// The hash of no password, with the cost of all others.
    dummy: String,
}

impl Passwords {
    /// Creates the hasher with the default cost and limits. It computes one hash, which takes as long as a login.
    ///
    /// ```
    /// let passwords = avocet_auth::password::Passwords::new();
    /// ```
    pub fn new() -> Self {
        Self::of(PasswordConfig::new())
    }

    fn of(config: PasswordConfig) -> Self {
        // A fixed salt and a password that is longer than those that are verified, so nothing matches it.
        let nothing = vec![0; config.password_bytes + 1];
        let dummy = config.hasher().map_err(password_hash::Error::from);
        let dummy = dummy.and_then(|it| it.hash_password_with_salt(&nothing, b"avocet-auth-dumm"));
        Self(Arc::new(Inner {
            running: Arc::new(Semaphore::new(config.concurrent)),
            admitted: Arc::new(Semaphore::new(config.concurrent + config.waiting)),
            dummy: dummy.map_or_else(|_| String::new(), |hash: PasswordHash| hash.to_string()),
            config,
        }))
    }

    /// Hashes a password with a random salt. The result is a PHC string with all parameters, to store as text.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] and [`PasswordError::Busy`].
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::types::Secret;
    /// use avocet_auth::password::Passwords;
    ///
    /// #[post("/users")]
    /// async fn register(
    ///     #[form] password: Secret<String>,
    ///     #[state] passwords: Passwords,
    /// ) -> Result<(), HttpError> {
    ///     let hash = passwords.hash(password).await?;
    ///     // store it with the user
    ///     # let _ = hash;
    ///     Ok(())
    /// }
    /// ```
    pub async fn hash(&self, password: Secret<String>) -> Result<String, PasswordError> {
        self.check_length(&password)?;
        let config = self.0.config.clone();
        self.compute(move || {
            let hasher = config.hasher().map_err(failed)?;
            let hash: PasswordHash = hasher
                .hash_password(password.expose().as_bytes())
                .map_err(failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Returns whether a password is the one of a stored hash. Pass `None` for an unknown user: the answer is `false` and takes as long, so its
    /// time does not show which users exist.
    ///
    /// # Errors
    /// [`PasswordError::Busy`], and [`PasswordError::StoredHash`] for an invalid hash. A password over the limit is a wrong password.
    ///
    /// ```
    /// use avocet::types::Secret;
    /// use avocet_auth::password::{PasswordError, Passwords};
    ///
    /// struct User { hash: String }
    ///
    /// async fn log_in(passwords: &Passwords, user: Option<&User>, password: Secret<String>) -> Result<bool, PasswordError> {
    ///     passwords.verify(password, user.map(|it| it.hash.as_str())).await
    /// }
    /// ```
    pub async fn verify(
        &self,
        password: Secret<String>,
        hash: Option<&str>,
    ) -> Result<bool, PasswordError> {
        if self.check_length(&password).is_err() {
            return Ok(false);
        }
        let is_known = hash.is_some();
        let hash = hash.unwrap_or(&self.0.dummy).to_owned();
        self.compute(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| PasswordError::StoredHash)?;
            check_cost(&hash)?;
            match Argon2::default().verify_password(password.expose().as_bytes(), &hash) {
                Ok(()) => Ok(is_known),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(failed(error)),
            }
        })
        .await
    }

    /// Returns whether a stored hash has another cost than new ones. Hash the password anew after a login that succeeded.
    ///
    /// ```
    /// let passwords = avocet_auth::password::Passwords::new();
    /// let old = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQxMjM0NTY3OA$dGhpcyBpcyBub3QgYSByZWFsIGhhc2ggYXQgYWxsISE";
    /// assert!(passwords.needs_rehash(old));
    /// ```
    pub fn needs_rehash(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else {
            return true;
        };
        let config = &self.0.config;
        let parameter = |name| hash.params.get_decimal(name);
        hash.algorithm.as_str() != "argon2id"
            || hash.version != Some(19)
            || parameter("m") != Some(config.memory_kib)
            || parameter("t") != Some(config.passes)
            || parameter("p") != Some(config.lanes)
    }

    fn check_length(&self, password: &Secret<String>) -> Result<(), PasswordError> {
        let (bytes, limit) = (password.expose().len(), self.0.config.password_bytes);
        if bytes > limit {
            return Err(PasswordError::TooLong { bytes, limit });
        }
        Ok(())
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let busy = |_| PasswordError::Busy {
            limit: self.0.config.waiting,
        };
        let admitted = Arc::clone(&self.0.admitted)
            .try_acquire_owned()
            .map_err(busy)?;
        let running = Arc::clone(&self.0.running)
            .acquire_owned()
            .await
            .map_err(failed)?;
        // Both are held by the work: it continues if the client disconnects.
        let permits: [OwnedSemaphorePermit; 2] = [admitted, running];
        let computed = tokio::task::spawn_blocking(move || {
            let _permits = permits;
            work()
        });
        computed.await.map_err(failed)?
    }
}

impl PasswordConfig {
    /// Checks the configuration, and creates the hasher. It computes one hash, which takes as long as a login.
    ///
    /// # Errors
    /// A value is out of its range.
    ///
    /// ```
    /// use avocet_auth::password::PasswordConfig;
    ///
    /// let error = PasswordConfig::new().passes(0).build().unwrap_err();
    /// assert_eq!(error.to_string(), "passes is 0, accepted are 1 to 100");
    /// ```
    pub fn build(self) -> Result<Passwords, InvalidPasswordConfig> {
        self.check()?;
        Ok(Passwords::of(self))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Passwords").field(&self.0.config).finish()
    }
}

fn failed(error: impl fmt::Display) -> PasswordError {
    PasswordError::Failed(error.to_string())
}

/// A stored hash decides about the memory of its verification, so its cost is bounded too.
fn check_cost(hash: &PasswordHash) -> Result<(), PasswordError> {
    let is_bounded = |name, most| hash.params.get_decimal(name).is_some_and(|it| it <= most);
    let is_argon2 = ["argon2id", "argon2i", "argon2d"].contains(&hash.algorithm.as_str());
    let is_accepted = is_argon2
        && is_bounded("m", PasswordConfig::MAX_MEMORY_KIB)
        && is_bounded("t", PasswordConfig::MAX_PASSES)
        && is_bounded("p", PasswordConfig::MAX_LANES);
    if is_accepted {
        Ok(())
    } else {
        Err(PasswordError::StoredHash)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test ends at the first failure")]
mod tests {
    use std::sync::mpsc;

    use super::{PasswordConfig, PasswordError};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_hash_has_its_place_while_it_is_computed() {
        let config = PasswordConfig::new().memory_kib(8).passes(1);
        let passwords = config.concurrent(1).waiting(0).build().unwrap();
        let (begun, beginning) = tokio::sync::oneshot::channel();
        let (release, released) = mpsc::channel();
        let first = tokio::spawn({
            let passwords = passwords.clone();
            async move {
                let work = move || {
                    begun.send(()).unwrap();
                    released.recv().unwrap();
                    Ok(())
                };
                passwords.compute(work).await
            }
        });
        beginning.await.unwrap();
        let second = passwords.compute(|| Ok(())).await;
        assert_eq!(second, Err(PasswordError::Busy { limit: 0 }));
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(()));
        assert_eq!(passwords.compute(|| Ok(())).await, Ok(()));
    }
}
