//! `Signer`: issues tokens.

use std::fmt;
use std::time::Duration;

use avocet::types::Secret;
use avocet_store::Clock;
use jsonwebtoken::Header;
use serde::Serialize;
use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::config::JwtConfig;
use super::invalid_config::InvalidConfig;
use super::key::SigningKey;

/// Issues tokens, for an endpoint that logs users in. It adds `iat`, `exp`, and `iss` and `aud` if they are set.
///
/// ```
/// use std::time::Duration;
///
/// use avocet::types::Secret;
/// use avocet_auth::jwt::{Algorithm, Signer, SigningKey};
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
/// let signer = Signer::new(Algorithm::Hs256, SigningKey::secret(&secret)?, Duration::from_secs(900))
///     .issuer("https://api.example")
///     .audience("https://api.example");
/// let token = signer.sign(&json!({"sub": "ada", "scope": "me items"}))?;
/// assert_eq!(token.expose().split('.').count(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Signer {
    algorithm: Algorithm,
    key: SigningKey,
    key_id: Option<String>,
    lifetime: Duration,
    issuer: Option<String>,
    audience: Option<String>,
    clock: Clock,
}

impl Signer {
    /// Signs with a key, for tokens that live this long, in whole seconds. A token cannot be revoked, so minutes are better than days.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use avocet::types::Secret;
    /// # use avocet_auth::jwt::{Algorithm, Signer, SigningKey};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    /// let signer = Signer::new(Algorithm::Hs256, SigningKey::secret(&secret)?, Duration::from_secs(900));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(algorithm: Algorithm, key: SigningKey, lifetime: Duration) -> Self {
        Self {
            algorithm,
            key,
            key_id: None,
            lifetime,
            issuer: None,
            audience: None,
            clock: Clock::system(),
        }
    }

    /// Sets the issuer (`iss`): the name of this service.
    ///
    /// ```
    /// # fn set(signer: avocet_auth::jwt::Signer) {
    /// let signer = signer.issuer("https://api.example");
    /// # }
    /// ```
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the audience (`aud`): the service that the tokens are for.
    ///
    /// ```
    /// # fn set(signer: avocet_auth::jwt::Signer) {
    /// let signer = signer.audience("https://api.example");
    /// # }
    /// ```
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the id of the key (`kid`), for verifiers with several keys.
    ///
    /// ```
    /// # fn set(signer: avocet_auth::jwt::Signer) {
    /// let signer = signer.key_id("2026-11");
    /// # }
    /// ```
    pub fn key_id(mut self, id: impl Into<String>) -> Self {
        self.key_id = Some(id.into());
        self
    }

    /// Sets the clock, for tests.
    ///
    /// ```
    /// # fn set(signer: avocet_auth::jwt::Signer) {
    /// let signer = signer.clock(avocet_store::Clock::manual());
    /// # }
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the lifetime of a token: `expires_in` in the response of a login.
    ///
    /// ```
    /// # fn show(signer: avocet_auth::jwt::Signer) -> u64 {
    /// signer.lifetime().as_secs()
    /// # }
    /// ```
    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Signs claims, which must be an object without `iat`, `exp`, `iss` and `aud`.
    ///
    /// # Errors
    /// The claims are not an object or contain a claim that the signer sets; the key does not fit the algorithm; the lifetime is under a
    /// second.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// # fn sign(signer: avocet_auth::jwt::Signer) {
    /// let error = signer.sign(&json!({"sub": "ada", "exp": 1})).unwrap_err();
    /// assert_eq!(error.to_string(), "the claims contain `exp`, which the signer sets");
    /// # }
    /// ```
    pub fn sign(&self, claims: &impl Serialize) -> Result<Secret<String>, InvalidConfig> {
        let mut claims = match serde_json::to_value(claims) {
            Ok(Value::Object(claims)) => claims,
            Ok(_) => return Err(InvalidConfig::one("the claims are not an object")),
            Err(error) => {
                return Err(InvalidConfig::one(format!(
                    "the claims are not JSON: {error}"
                )));
            }
        };
        if self.lifetime.as_secs() == 0 {
            return Err(InvalidConfig::one(format!(
                "the lifetime is {:?}, the least is 1 s",
                self.lifetime
            )));
        }
        let now = self.clock.now();
        let seconds = |at: avocet_store::Timestamp| Some(Value::from(at.as_millis() / 1000));
        add(&mut claims, "iat", seconds(now))?;
        add(&mut claims, "exp", seconds(now.after(self.lifetime)))?;
        add(&mut claims, "iss", self.issuer.as_deref().map(Value::from))?;
        add(
            &mut claims,
            "aud",
            self.audience.as_deref().map(Value::from),
        )?;
        let mut header = Header::new(self.algorithm.inner());
        header.kid.clone_from(&self.key_id);
        let token = jsonwebtoken::encode(&header, &claims, &self.key.key);
        let token = token.map_err(|_| {
            let (algorithm, family) = (self.algorithm, self.key.family);
            InvalidConfig::one(format!("{algorithm} cannot sign with this {family} key"))
        })?;
        Ok(Secret::new(token))
    }

    /// Returns the configuration of a verifier of these tokens: the same algorithm, key, issuer, audience and clock.
    ///
    /// # Errors
    /// The key does not fit the algorithm.
    ///
    /// ```
    /// use avocet_auth::jwt::{InvalidConfig, Jwt, Signer};
    ///
    /// fn verifier(signer: &Signer) -> Result<Jwt<serde_json::Value>, InvalidConfig> {
    ///     signer.verifier()?.build()
    /// }
    /// ```
    pub fn verifier(&self) -> Result<JwtConfig, InvalidConfig> {
        let key = self.key.verifying_key(self.algorithm)?;
        let mut config = JwtConfig::new([self.algorithm]).clock(self.clock.clone());
        if let Some(issuer) = &self.issuer {
            config = config.issuer(issuer);
        }
        if let Some(audience) = &self.audience {
            config = config.audience(audience);
        }
        Ok(match &self.key_id {
            Some(id) => config.key_with_id(id, key),
            None => config.key(key),
        })
    }
}

fn add(
    claims: &mut Map<String, Value>,
    name: &str,
    value: Option<Value>,
) -> Result<(), InvalidConfig> {
    if claims.contains_key(name) {
        return Err(InvalidConfig::one(format!(
            "the claims contain `{name}`, which the signer sets"
        )));
    }
    if let Some(value) = value {
        claims.insert(name.to_owned(), value);
    }
    Ok(())
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("algorithm", &self.algorithm)
            .field("lifetime", &self.lifetime)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}
