//! `SigningKey` and `VerifyingKey`.

use std::fmt;

use avocet::types::Secret;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::algorithm::{Algorithm, Family};
use super::invalid_config::InvalidConfig;

/// A key that verifies tokens. `Debug` shows its kind alone.
///
/// ```
/// use avocet::types::Secret;
/// use avocet_auth::jwt::VerifyingKey;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = VerifyingKey::secret(&Secret::new("0123456789abcdef0123456789abcdef".to_owned()))?;
/// assert_eq!(format!("{key:?}"), "VerifyingKey(HMAC)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    family: Family,
    key: DecodingKey,
    /// The only algorithm that the key is for, if its provider declares one.
    only: Option<Algorithm>,
}

/// A key that signs tokens. `Debug` shows its kind alone.
///
/// ```
/// use avocet::types::Secret;
/// use avocet_auth::jwt::SigningKey;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::secret(&Secret::new("0123456789abcdef0123456789abcdef".to_owned()))?;
/// assert_eq!(format!("{key:?}"), "SigningKey(HMAC)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SigningKey {
    pub(super) family: Family,
    pub(super) key: EncodingKey,
}

/// Checks a secret for HMAC: 32 random bytes or more.
fn check_secret(secret: &str) -> Result<&[u8], InvalidConfig> {
    // A public key that is used as a secret is known to everyone.
    if secret.trim_start().starts_with("-----BEGIN") {
        return Err(InvalidConfig::one(
            "the secret is a key in PEM: read it with `rsa_pem`, `ec_pem` or `ed_pem`",
        ));
    }
    match secret.len() {
        32.. => Ok(secret.as_bytes()),
        bytes => Err(InvalidConfig::one(format!(
            "the secret has {bytes} bytes, HMAC requires 32 or more: generate one with `openssl rand -hex 32`"
        ))),
    }
}

fn pem<K, E>(kind: &str, read: Result<K, E>) -> Result<K, InvalidConfig> {
    // The reader's error could show parts of a private key.
    read.map_err(|_| InvalidConfig::one(format!("the text is not {kind} in PEM")))
}

impl VerifyingKey {
    /// Creates a key for HS256 from a secret of 32 bytes or more; HS384 needs 48, HS512 needs 64.
    ///
    /// ```
    /// use avocet::types::Secret;
    /// use avocet_auth::jwt::VerifyingKey;
    ///
    /// let short = VerifyingKey::secret(&Secret::new("secret".to_owned()));
    /// assert_eq!(
    ///     short.unwrap_err().to_string(),
    ///     "the secret has 6 bytes, HMAC requires 32 or more: generate one with `openssl rand -hex 32`",
    /// );
    /// ```
    ///
    /// # Errors
    /// The secret is too short, or is a key in PEM.
    pub fn secret(secret: &Secret<String>) -> Result<Self, InvalidConfig> {
        let secret = check_secret(secret.expose())?;
        Ok(Self::new(
            Family::Hmac,
            DecodingKey::from_secret(secret).map_err(InvalidConfig::one)?,
        ))
    }

    /// Reads a public RSA key of 2048 bits or more from PEM.
    ///
    /// ```
    /// let error = avocet_auth::jwt::VerifyingKey::rsa_pem("no key").unwrap_err();
    /// assert_eq!(error.to_string(), "the text is not a public RSA key in PEM");
    /// ```
    ///
    /// # Errors
    /// The text is not a public RSA key, or the key is too short.
    pub fn rsa_pem(text: &str) -> Result<Self, InvalidConfig> {
        let key = pem(
            "a public RSA key",
            DecodingKey::from_rsa_pem(text.as_bytes()),
        )?;
        // The two numbers in DER: a modulus of 2048 bits alone has 256 bytes.
        match key.try_get_as_bytes().map_or(0, <[u8]>::len) {
            256.. => Ok(Self::new(Family::Rsa, key)),
            _ => Err(InvalidConfig::one("the RSA key has less than 2048 bits")),
        }
    }

    /// Reads a public key of P-256 (ES256) or P-384 (ES384) from PEM.
    ///
    /// ```
    /// assert!(avocet_auth::jwt::VerifyingKey::ec_pem("no key").is_err());
    /// ```
    ///
    /// # Errors
    /// The text is not such a key.
    pub fn ec_pem(text: &str) -> Result<Self, InvalidConfig> {
        let kind = "a public key of P-256 or P-384";
        let key = Self::new(
            Family::Ec,
            pem(kind, DecodingKey::from_ec_pem(text.as_bytes()))?,
        );
        if key.fits(Algorithm::Es256) || key.fits(Algorithm::Es384) {
            return Ok(key);
        }
        pem(kind, Err(()))
    }

    /// Reads a public Ed25519 key from PEM.
    ///
    /// ```
    /// assert!(avocet_auth::jwt::VerifyingKey::ed_pem("no key").is_err());
    /// ```
    ///
    /// # Errors
    /// The text is not such a key.
    pub fn ed_pem(text: &str) -> Result<Self, InvalidConfig> {
        let key = pem(
            "a public Ed25519 key",
            DecodingKey::from_ed_pem(text.as_bytes()),
        )?;
        Ok(Self::new(Family::Ed, key))
    }

    fn new(family: Family, key: DecodingKey) -> Self {
        Self {
            family,
            key,
            only: None,
        }
    }

    /// Reads a key of a set. Keys that cannot verify tokens have no value.
    #[cfg(feature = "jwks")]
    pub(crate) fn of_jwk(jwk: &Jwk, only: Option<Algorithm>) -> Option<Self> {
        use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve};
        let key = DecodingKey::from_jwk(jwk).ok()?;
        let family = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => match key.kind() {
                jsonwebtoken::DecodingKeyKind::RsaModulusExponent { n, .. } if n.len() >= 256 => {
                    Family::Rsa
                }
                _ => return None,
            },
            AlgorithmParameters::EllipticCurve(_) => Family::Ec,
            AlgorithmParameters::OctetKeyPair(it) if it.curve == EllipticCurve::Ed25519 => {
                Family::Ed
            }
            // A set of keys is public, so a secret in it is none.
            _ => return None,
        };
        Some(Self { family, key, only })
    }

    pub(crate) const fn family(&self) -> Family {
        self.family
    }

    /// Returns whether tokens of the algorithm can have signatures of the key.
    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        if self.family != algorithm.family() || self.only.is_some_and(|it| it != algorithm) {
            return false;
        }
        let bytes = self.key.try_get_as_bytes().map_or(0, <[u8]>::len);
        match algorithm.family() {
            Family::Hmac => bytes >= algorithm.hash_bytes(),
            // A point has a byte and two coordinates.
            Family::Ec => bytes == 1 + 2 * algorithm.hash_bytes(),
            Family::Rsa | Family::Ed => true,
        }
    }

    /// Returns whether the signature is one of the key. `signature` is base64.
    pub(super) fn verify(&self, message: &str, signature: &str, algorithm: Algorithm) -> bool {
        let message = message.as_bytes();
        jsonwebtoken::crypto::verify(signature, message, &self.key, algorithm.inner())
            .unwrap_or(false)
    }
}

impl SigningKey {
    /// Creates a key for HS256 from a secret of 32 bytes or more; HS384 needs 48, HS512 needs 64.
    ///
    /// ```
    /// use avocet::types::Secret;
    ///
    /// assert!(avocet_auth::jwt::SigningKey::secret(&Secret::new("secret".to_owned())).is_err());
    /// ```
    ///
    /// # Errors
    /// The secret is too short, or is a key in PEM.
    pub fn secret(secret: &Secret<String>) -> Result<Self, InvalidConfig> {
        let secret = check_secret(secret.expose())?;
        Self::new(
            Family::Hmac,
            EncodingKey::from_secret(secret).map_err(InvalidConfig::one),
        )
    }

    /// Reads a private RSA key from PEM.
    ///
    /// ```
    /// use avocet::types::Secret;
    ///
    /// assert!(avocet_auth::jwt::SigningKey::rsa_pem(&Secret::new("no key".to_owned())).is_err());
    /// ```
    ///
    /// # Errors
    /// The text is not a private RSA key.
    pub fn rsa_pem(text: &Secret<String>) -> Result<Self, InvalidConfig> {
        let key = EncodingKey::from_rsa_pem(text.expose().as_bytes());
        Self::new(Family::Rsa, pem("a private RSA key", key))
    }

    /// Reads a private key of P-256 or P-384 from PEM (PKCS #8).
    ///
    /// ```
    /// use avocet::types::Secret;
    ///
    /// assert!(avocet_auth::jwt::SigningKey::ec_pem(&Secret::new("no key".to_owned())).is_err());
    /// ```
    ///
    /// # Errors
    /// The text is not such a key.
    pub fn ec_pem(text: &Secret<String>) -> Result<Self, InvalidConfig> {
        let key = EncodingKey::from_ec_pem(text.expose().as_bytes());
        Self::new(
            Family::Ec,
            pem("a private key of P-256 or P-384 (PKCS #8)", key),
        )
    }

    /// Reads a private Ed25519 key from PEM (PKCS #8).
    ///
    /// ```
    /// use avocet::types::Secret;
    ///
    /// assert!(avocet_auth::jwt::SigningKey::ed_pem(&Secret::new("no key".to_owned())).is_err());
    /// ```
    ///
    /// # Errors
    /// The text is not such a key.
    pub fn ed_pem(text: &Secret<String>) -> Result<Self, InvalidConfig> {
        let key = EncodingKey::from_ed_pem(text.expose().as_bytes());
        Self::new(Family::Ed, pem("a private Ed25519 key (PKCS #8)", key))
    }

    fn new(family: Family, key: Result<EncodingKey, InvalidConfig>) -> Result<Self, InvalidConfig> {
        Ok(Self { family, key: key? })
    }

    /// Returns the key that verifies tokens which this key signs with an algorithm.
    pub(super) fn verifying_key(
        &self,
        algorithm: Algorithm,
    ) -> Result<VerifyingKey, InvalidConfig> {
        let not_fitting = |_| {
            InvalidConfig::one(format!(
                "{algorithm} cannot sign with this {} key",
                self.family
            ))
        };
        if self.family != algorithm.family() {
            return Err(not_fitting(
                jsonwebtoken::errors::ErrorKind::InvalidKeyFormat.into(),
            ));
        }
        let jwk = Jwk::from_encoding_key(&self.key, algorithm.inner()).map_err(not_fitting)?;
        let key = DecodingKey::from_jwk(&jwk).map_err(not_fitting)?;
        Ok(VerifyingKey::new(self.family, key))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.family)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.family)
    }
}
