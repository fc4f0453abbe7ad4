//! Tokens that are signed and verified, and what the configuration rejects.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::types::Secret;
use avocet_auth::jwt::{Algorithm, Jwt, JwtConfig, Signer, SigningKey, TokenError, VerifyingKey};
use avocet_store::Clock;
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn secret() -> Secret<String> {
    Secret::new(SECRET.to_owned())
}

fn private(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn signer(algorithm: Algorithm, key: SigningKey, clock: &Clock) -> Signer {
    Signer::new(algorithm, key, Duration::from_secs(900))
        .issuer("https://login.example")
        .audience("https://api.example")
        .clock(clock.clone())
}

#[tokio::test]
async fn each_family_signs_and_verifies() {
    let clock = Clock::manual();
    let rsa = || SigningKey::rsa_pem(&private(include_str!("keys/rsa.pem"))).unwrap();
    let ec = SigningKey::ec_pem(&private(include_str!("keys/ec.pem"))).unwrap();
    let ed = SigningKey::ed_pem(&private(include_str!("keys/ed.pem"))).unwrap();
    for (algorithm, signing, verifying) in [
        (
            Algorithm::Hs256,
            SigningKey::secret(&secret()).unwrap(),
            VerifyingKey::secret(&secret()),
        ),
        (
            Algorithm::Rs256,
            rsa(),
            VerifyingKey::rsa_pem(include_str!("keys/rsa.pub.pem")),
        ),
        (
            Algorithm::Ps512,
            rsa(),
            VerifyingKey::rsa_pem(include_str!("keys/rsa.pub.pem")),
        ),
        (
            Algorithm::Es256,
            ec,
            VerifyingKey::ec_pem(include_str!("keys/ec.pub.pem")),
        ),
        (
            Algorithm::EdDsa,
            ed,
            VerifyingKey::ed_pem(include_str!("keys/ed.pub.pem")),
        ),
    ] {
        let signer = signer(algorithm, signing, &clock);
        let token = signer
            .sign(&json!({"sub": "ada", "scope": "me  items", "scp": ["admin"]}))
            .unwrap();
        let of_signer: Jwt<Value> = signer.verifier().unwrap().build().unwrap();
        let of_public: Jwt<Value> = JwtConfig::new([algorithm])
            .issuer("https://login.example")
            .audience("https://api.example")
            .key(verifying.unwrap())
            .clock(clock.clone())
            .build()
            .unwrap();
        for tokens in [of_signer, of_public] {
            let verified = tokens.check(&token).await.unwrap();
            assert_eq!(verified.value["sub"], "ada", "{algorithm}");
            assert_eq!(verified.value["exp"], 1_767_225_600 + 900);
            assert_eq!(verified.caller.unwrap().id(), "ada");
            assert_eq!(verified.scopes, ["me", "items", "admin"]);
        }
    }
}

#[tokio::test]
async fn a_token_expires_after_its_lifetime_and_the_leeway() {
    let clock = Clock::manual();
    let signer = signer(
        Algorithm::Hs256,
        SigningKey::secret(&secret()).unwrap(),
        &clock,
    );
    let token = signer.sign(&json!({})).unwrap();
    let tokens: Jwt<Value> = signer
        .verifier()
        .unwrap()
        .leeway(Duration::from_secs(60))
        .build()
        .unwrap();
    clock.advance(Duration::from_secs(959));
    assert!(tokens.check(&token).await.is_ok());
    clock.advance(Duration::from_secs(1));
    let expired = TokenError::Claim {
        name: "exp",
        problem: "the token has expired",
    };
    assert_eq!(tokens.check(&token).await.unwrap_err(), expired);
}

#[tokio::test]
async fn keys_are_chosen_by_their_ids() {
    let clock = Clock::manual();
    let other = || Secret::new("another-secret-another-secret-32".to_owned());
    let signed = |secret: &Secret<String>, id: &str| {
        let signer = signer(
            Algorithm::Hs256,
            SigningKey::secret(secret).unwrap(),
            &clock,
        );
        signer.key_id(id).sign(&json!({})).unwrap()
    };
    let tokens: Jwt<Value> = JwtConfig::new([Algorithm::Hs256])
        .issuer("https://login.example")
        .audience("https://api.example")
        .key_with_id("old", VerifyingKey::secret(&secret()).unwrap())
        .key_with_id("new", VerifyingKey::secret(&other()).unwrap())
        .clock(clock.clone())
        .build()
        .unwrap();
    assert!(tokens.check(&signed(&secret(), "old")).await.is_ok());
    assert!(tokens.check(&signed(&other(), "new")).await.is_ok());
    assert_eq!(
        tokens.check(&signed(&secret(), "new")).await.unwrap_err(),
        TokenError::Signature
    );
    assert_eq!(
        tokens.check(&signed(&secret(), "third")).await.unwrap_err(),
        TokenError::UnknownKey
    );
    let unnamed = signer(
        Algorithm::Hs256,
        SigningKey::secret(&secret()).unwrap(),
        &clock,
    );
    let unnamed = unnamed.sign(&json!({})).unwrap();
    assert_eq!(
        tokens.check(&unnamed).await.unwrap_err(),
        TokenError::UnknownKey
    );
}

#[test]
fn mistakes_of_the_configuration_are_reported_together() {
    let rsa = || VerifyingKey::rsa_pem(include_str!("keys/rsa.pub.pem")).unwrap();
    let p384 = VerifyingKey::ec_pem(include_str!("keys/p384.pub.pem")).unwrap();
    let short = VerifyingKey::secret(&secret()).unwrap();
    let full = |config: JwtConfig| config.issuer("i").audience("a");
    let mistakes = |config: JwtConfig| config.build::<Value>().unwrap_err().mistakes().to_vec();

    for (config, expected) in [
        (
            full(JwtConfig::new([Algorithm::Rs256, Algorithm::Hs256])).key(rsa()),
            "RS256 and HS256 have keys of different kinds: use one verifier for each kind",
        ),
        (
            full(JwtConfig::new([])).key(rsa()),
            "no algorithm is set: name those that your tokens have, such as `Algorithm::Es256`",
        ),
        (
            full(JwtConfig::new([Algorithm::Hs256])).key(rsa()),
            "the key without an id (RSA) fits none of the algorithms",
        ),
        (
            full(JwtConfig::new([Algorithm::Es256])).key_with_id("k", p384),
            "key \"k\" (elliptic curve) fits none of the algorithms",
        ),
        (
            full(JwtConfig::new([Algorithm::Hs512])).key(short),
            "the key without an id (HMAC) fits none of the algorithms",
        ),
        (
            full(JwtConfig::new([Algorithm::Rs256]))
                .key_with_id("k", rsa())
                .key_with_id("k", rsa()),
            "key \"k\" is there twice",
        ),
        (
            full(JwtConfig::new([Algorithm::Rs256]))
                .key_with_id("k", rsa())
                .key(rsa()),
            "a key has no id beside other keys: use `key_with_id`",
        ),
        (
            full(JwtConfig::new([Algorithm::Rs256]))
                .key(rsa())
                .leeway(Duration::from_secs(61)),
            "the leeway is 61s, the limit is 60s",
        ),
        (
            JwtConfig::new([Algorithm::Rs256]).key(rsa()).any_issuer(),
            "no audience is set: call `audience`, or `any_audience` to accept all",
        ),
    ] {
        assert_eq!(mistakes(config), [expected]);
    }
    assert_eq!(
        mistakes(JwtConfig::new([]).leeway(Duration::from_secs(61))).len(),
        5
    );
}

#[test]
fn keys_of_another_kind_are_rejected() {
    let pem = "the secret is a key in PEM: read it with `rsa_pem`, `ec_pem` or `ed_pem`";
    let public = Secret::new(include_str!("keys/rsa.pub.pem").to_owned());
    assert_eq!(VerifyingKey::secret(&public).unwrap_err().to_string(), pem);
    assert_eq!(SigningKey::secret(&public).unwrap_err().to_string(), pem);
    let short = VerifyingKey::rsa_pem(include_str!("keys/rsa1024.pub.pem")).unwrap_err();
    assert_eq!(short.to_string(), "the RSA key has less than 2048 bits");
    assert!(VerifyingKey::rsa_pem(include_str!("keys/ec.pub.pem")).is_err());
    assert!(VerifyingKey::ec_pem(include_str!("keys/rsa.pub.pem")).is_err());
    assert!(VerifyingKey::ed_pem(include_str!("keys/ec.pub.pem")).is_err());
    let clock = Clock::manual();
    let wrong = signer(
        Algorithm::Rs256,
        SigningKey::secret(&secret()).unwrap(),
        &clock,
    );
    let message = "RS256 cannot sign with this HMAC key";
    assert_eq!(wrong.sign(&json!({})).unwrap_err().to_string(), message);
    assert_eq!(wrong.verifier().unwrap_err().to_string(), message);
}

#[test]
fn a_signer_adds_its_claims_alone() {
    let clock = Clock::manual();
    let signer = signer(
        Algorithm::Hs256,
        SigningKey::secret(&secret()).unwrap(),
        &clock,
    );
    for (claims, expected) in [
        (
            json!({"exp": 1}),
            "the claims contain `exp`, which the signer sets",
        ),
        (
            json!({"aud": "x"}),
            "the claims contain `aud`, which the signer sets",
        ),
        (json!([]), "the claims are not an object"),
    ] {
        assert_eq!(signer.sign(&claims).unwrap_err().to_string(), expected);
    }
    let brief = Signer::new(
        Algorithm::Hs256,
        SigningKey::secret(&secret()).unwrap(),
        Duration::from_millis(900),
    );
    let expected = "the lifetime is 900ms, the least is 1 s";
    assert_eq!(brief.sign(&json!({})).unwrap_err().to_string(), expected);
}

#[tokio::test]
async fn a21_secrets_are_not_shown() {
    let clock = Clock::manual();
    let signer = signer(
        Algorithm::Hs256,
        SigningKey::secret(&secret()).unwrap(),
        &clock,
    );
    let config = signer.verifier().unwrap();
    let tokens: Jwt<Value> = config.clone().build().unwrap();
    let shown = format!("{signer:?} {config:?} {tokens:?}");
    let bytes = format!("{:?}", SECRET.as_bytes());
    assert!(
        !shown.contains(SECRET) && !shown.contains(bytes.trim_matches(['[', ']'])),
        "{shown}"
    );
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a21_the_reason_of_a_rejection_is_logged_without_the_token() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let clock = Clock::manual();
    let signer = signer(
        Algorithm::Hs256,
        SigningKey::secret(&secret()).unwrap(),
        &clock,
    );
    let tokens: Jwt<Value> = signer.verifier().unwrap().build().unwrap();
    let token = signer.sign(&json!({"sub": "canary-subject"})).unwrap();
    clock.advance(Duration::from_secs(3600));
    assert_eq!(tokens.verify(&token).await.unwrap_err().status(), 401);
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("DEBUG") && logged.contains("claim `exp`: the token has expired"),
        "{logged}"
    );
    for secret in token.expose().split('.').chain(["canary-subject"]) {
        assert!(!logged.contains(secret), "{logged}");
    }
}
