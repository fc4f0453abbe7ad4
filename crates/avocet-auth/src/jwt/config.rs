//! `JwtConfig`: what a verifier of tokens requires of them.

use std::sync::Arc;
use std::time::Duration;

use avocet_store::Clock;
use serde::de::DeserializeOwned;

use super::algorithm::{Algorithm, Family};
use super::claims::Expected;
use super::invalid_config::InvalidConfig;
use super::key::VerifyingKey;
use super::key_set::KeySet;
use super::key_source::KeySource;
use super::verifier::{Inner, Jwt};

/// The longest leeway.
const MAX_LEEWAY: Duration = Duration::from_secs(60);

/// What a verifier of tokens requires of them: algorithms of one family, keys, an issuer, an audience and an expiry.
///
/// ```
/// use avocet::types::Secret;
/// use avocet_auth::jwt::{Algorithm, Jwt, JwtConfig, VerifyingKey};
///
/// #[derive(serde::Deserialize)]
/// struct Claims {
///     sub: String,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
/// let tokens: Jwt<Claims> = JwtConfig::new([Algorithm::Hs256])
///     .issuer("https://login.example")
///     .audience("https://api.example")
///     .key(VerifyingKey::secret(&secret)?)
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// | limit | default | at most |
/// |---|---|---|
/// | [`leeway`](Self::leeway) | 5 s | 60 s |
/// | [`token_bytes`](Self::token_bytes) | 8 KiB | – |
#[derive(Clone, Debug)]
#[must_use]
pub struct JwtConfig {
    algorithms: Vec<Algorithm>,
    expected: Expected,
    keys: KeySet,
    source: Option<Arc<dyn KeySource>>,
    leeway: Duration,
    token_bytes: usize,
    token_type: Option<String>,
    clock: Clock,
}

impl JwtConfig {
    /// Accepts these algorithms, which must share a kind of key.
    ///
    /// ```
    /// use avocet_auth::jwt::{Algorithm, JwtConfig};
    ///
    /// let config = JwtConfig::new([Algorithm::Rs256, Algorithm::Ps256]);
    /// ```
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self {
            algorithms: algorithms.into_iter().collect(),
            expected: Expected {
                issuers: Vec::new(),
                audiences: Vec::new(),
                any_issuer: false,
                any_audience: false,
                without_expiry: false,
                leeway_seconds: 0,
            },
            keys: KeySet::default(),
            source: None,
            leeway: Duration::from_secs(5),
            token_bytes: 8 * 1024,
            token_type: None,
            clock: Clock::system(),
        }
    }

    /// Accepts tokens of this issuer (`iss`), compared character by character. Several calls accept several.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).issuer("https://login.example");
    /// ```
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.expected.issuers.push(issuer.into());
        self
    }

    /// Accepts tokens for this audience (`aud`): the name of this service. Several calls accept several.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).audience("https://api.example");
    /// ```
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.expected.audiences.push(audience.into());
        self
    }

    /// Accepts tokens of any issuer, and without one.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).any_issuer();
    /// ```
    pub fn any_issuer(mut self) -> Self {
        self.expected.any_issuer = true;
        self
    }

    /// Accepts tokens for any audience, and without one. A token for another service of the same issuer is then valid here.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).any_audience();
    /// ```
    pub fn any_audience(mut self) -> Self {
        self.expected.any_audience = true;
        self
    }

    /// Accepts tokens without an expiry (`exp`). One that has it still expires.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).without_expiry();
    /// ```
    pub fn without_expiry(mut self) -> Self {
        self.expected.without_expiry = true;
        self
    }

    /// Requires this type in the header (`typ`), in any case of letters, such as `at+jwt` for access tokens (RFC 9068).
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).token_type("at+jwt");
    /// ```
    pub fn token_type(mut self, name: impl Into<String>) -> Self {
        self.token_type = Some(name.into());
        self
    }

    /// Adds a key without an id: the only key, for tokens that name none.
    ///
    /// ```
    /// # use avocet::types::Secret;
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig, VerifyingKey};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    /// let config = JwtConfig::new([Algorithm::Hs256]).key(VerifyingKey::secret(&secret)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn key(mut self, key: VerifyingKey) -> Self {
        self.keys.0.push((None, key));
        self
    }

    /// Adds a key with an id, for tokens that name it (`kid`).
    ///
    /// ```
    /// # use avocet::types::Secret;
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig, VerifyingKey};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    /// let config = JwtConfig::new([Algorithm::Hs256]).key_with_id("2026-11", VerifyingKey::secret(&secret)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn key_with_id(mut self, id: impl Into<String>, key: VerifyingKey) -> Self {
        self.keys.0.push((Some(id.into()), key));
        self
    }

    /// Takes the keys from a source instead of those that are added.
    #[cfg(feature = "jwks")]
    pub(crate) fn source(mut self, source: Arc<dyn KeySource>) -> Self {
        self.source = Some(source);
        self
    }

    /// Sets by how much the clocks of the issuer and of this machine may differ, in whole seconds: 5 s, at most 60 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).leeway(Duration::ZERO);
    /// ```
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets the length of the longest token in bytes: 8 KiB.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// let config = JwtConfig::new([Algorithm::Es256]).token_bytes(4096);
    /// ```
    pub fn token_bytes(mut self, bytes: usize) -> Self {
        self.token_bytes = bytes;
        self
    }

    /// Sets the clock, for tests.
    ///
    /// ```
    /// # use avocet_auth::jwt::{Algorithm, JwtConfig};
    /// use avocet_store::Clock;
    ///
    /// let config = JwtConfig::new([Algorithm::Es256]).clock(Clock::manual());
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks the configuration, and creates the verifier of tokens with claims of type `T`.
    ///
    /// ```
    /// use avocet_auth::jwt::{Algorithm, JwtConfig};
    ///
    /// let mixed = JwtConfig::new([Algorithm::Hs256, Algorithm::Rs256]).audience("api").build::<serde_json::Value>();
    /// assert_eq!(
    ///     mixed.unwrap_err().to_string(),
    ///     "HS256 and RS256 have keys of different kinds: use one verifier for each kind; \
    ///      no issuer is set: call `issuer`, or `any_issuer` to accept all; \
    ///      no key is set: call `key`, `key_with_id` or `jwks`",
    /// );
    /// ```
    ///
    /// # Errors
    /// Returns all mistakes at once: no algorithm or algorithms with keys of different kinds, no issuer, no audience, no key, a key that fits
    /// none of the algorithms, keys without different ids, or a leeway over 60 s.
    pub fn build<T: DeserializeOwned + Send + 'static>(mut self) -> Result<Jwt<T>, InvalidConfig> {
        let mut mistakes = Vec::new();
        let family = self.check_algorithms(&mut mistakes);
        let expected = &mut self.expected;
        if expected.issuers.is_empty() && !expected.any_issuer {
            mistakes
                .push("no issuer is set: call `issuer`, or `any_issuer` to accept all".to_owned());
        }
        if expected.audiences.is_empty() && !expected.any_audience {
            mistakes.push(
                "no audience is set: call `audience`, or `any_audience` to accept all".to_owned(),
            );
        }
        if self.leeway > MAX_LEEWAY {
            mistakes.push(format!(
                "the leeway is {:?}, the limit is {MAX_LEEWAY:?}",
                self.leeway
            ));
        }
        expected.leeway_seconds = self.leeway.as_secs();
        self.check_keys(family, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(InvalidConfig(mistakes));
        }
        Ok(Jwt::new(Inner {
            algorithms: self.algorithms,
            expected: self.expected,
            keys: self.keys,
            source: self.source,
            token_bytes: self.token_bytes,
            token_type: self.token_type,
            clock: self.clock,
        }))
    }

    fn check_algorithms(&self, mistakes: &mut Vec<String>) -> Option<Family> {
        let Some(first) = self.algorithms.first() else {
            mistakes.push(
                "no algorithm is set: name those that your tokens have, such as `Algorithm::Es256`"
                    .to_owned(),
            );
            return None;
        };
        match self
            .algorithms
            .iter()
            .find(|it| it.family() != first.family())
        {
            None => Some(first.family()),
            Some(other) => {
                mistakes.push(format!(
                    "{first} and {other} have keys of different kinds: use one verifier for each kind"
                ));
                None
            }
        }
    }

    fn check_keys(&self, family: Option<Family>, mistakes: &mut Vec<String>) {
        let keys = &self.keys.0;
        if self.source.is_some() {
            if !keys.is_empty() {
                mistakes.push("keys are set beside `jwks`: use one of the two".to_owned());
            }
            if family == Some(Family::Hmac) {
                mistakes.push(
                    "HMAC has secrets, which no provider publishes: use `key` instead of `jwks`"
                        .to_owned(),
                );
            }
            return;
        }
        if keys.is_empty() {
            mistakes.push("no key is set: call `key`, `key_with_id` or `jwks`".to_owned());
        }
        for (index, (id, key)) in keys.iter().enumerate() {
            let place = id
                .as_ref()
                .map_or("the key without an id".to_owned(), |id| {
                    format!("key {id:?}")
                });
            if family.is_some() && !self.algorithms.iter().any(|it| key.fits(*it)) {
                let kind = key.family();
                mistakes.push(format!("{place} ({kind}) fits none of the algorithms"));
            }
            if id.is_none() && keys.len() > 1 {
                mistakes.push("a key has no id beside other keys: use `key_with_id`".to_owned());
            } else if keys[..index].iter().any(|(earlier, _)| earlier == id) {
                mistakes.push(format!("{place} is there twice"));
            }
        }
    }
}
