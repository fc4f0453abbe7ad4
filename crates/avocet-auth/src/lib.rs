//! Login for [Avocet](https://docs.rs/avocet): tokens, passwords and API keys.
//!
//! Avocet finds the credentials of a request and documents them. This crate decides whether they are valid.
//!
//! | feature | contents |
//! |---|---|
//! | – | [`PasswordForm`] and [`LoginResponse`], the form and the response of a login; [`SchemeExt::verified_by`] |
//! | `jwt` | JSON Web Tokens are verified and signed; builds C |
//! | `jwks` | keys of tokens from a provider, with rotation; adds an HTTP client |
//! | `password` | Argon2id, off the async threads |
//! | `keys` | API keys in an [`avocet_store::Store`] |
//!
//! No feature is on by default.
//!
//! # The current user
//!
//! [`verified_by`](SchemeExt::verified_by) makes an extractor of a security scheme and a state that verifies. It returns the claims, rejects
//! with 401 and 403, and puts the scheme and both statuses into the document:
//!
#![cfg_attr(feature = "jwt", doc = "```")]
#![cfg_attr(not(feature = "jwt"), doc = "```ignore")]
//! use std::time::Duration;
//!
//! use avocet::prelude::*;
//! use avocet::security::OAuth2;
//! use avocet::testing::TestClient;
//! use avocet::types::Secret;
//! use avocet_auth::SchemeExt;
//! use avocet_auth::jwt::{Algorithm, Jwt, Signer, SigningKey};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Clone, Serialize, Deserialize)]
//! struct Claims {
//!     sub: String,
//! }
//!
//! fn login() -> OAuth2 {
//!     OAuth2::password("token").scope("items", "See items")
//! }
//!
//! #[dependency]
//! async fn current_user(#[extract(login().verified_by::<Jwt<Claims>>())] claims: Claims) -> String {
//!     claims.sub
//! }
//!
//! #[get("/me")]
//! async fn me(#[depends(current_user)] user: String) -> String { user }
//!
//! #[get("/items")]
//! async fn items(#[depends(current_user, scopes("items"))] user: String) -> Vec<String> { vec![user] }
//!
//! # #[avocet::main]
//! # async fn main() -> avocet::Result<()> {
//! let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
//! let signer = Signer::new(Algorithm::Hs256, SigningKey::secret(&secret)?, Duration::from_secs(900))
//!     .issuer("https://api.example")
//!     .audience("https://api.example");
//! let tokens: Jwt<Claims> = signer.verifier()?.build()?;
//! let app = App::new("Club", "1.0.0").deny_by_default().state(tokens).routes(routes![me, items]);
//!
//! let client = TestClient::new(app.build()?);
//! let bearer = format!("Bearer {}", signer.sign(&Claims { sub: "ada".to_owned() })?.expose());
//! assert_eq!(client.get("/me").header("authorization", &bearer).send().await.text().await, "\"ada\"");
//! // The token has no scope.
//! assert_eq!(client.get("/items").header("authorization", &bearer).send().await.status(), 403);
//!
//! let forged = client.get("/me").header("authorization", "Bearer e30.e30.AA").send().await;
//! assert_eq!(forged.status(), 401);
//! assert_eq!(forged.header("www-authenticate"), "Bearer error=\"invalid_token\"");
//! # Ok(())
//! # }
//! ```
//!
//! A dependency can also verify itself, with `#[bearer] token: Secret<String>`, `#[state] tokens: Jwt<Claims>` and
//! `tokens.verify(&token).await?`.
//!
//! The subject of a token and the owner of an API key become the [`Caller`](avocet_context::Caller) of the request, which rate limits and budgets
//! use.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "jwks")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;
#[cfg(feature = "keys")]
pub mod keys;
#[cfg(feature = "password")]
pub mod password;

mod login_form;
mod login_response;
mod verify;

pub use login_form::{PasswordForm, StrictPasswordForm};
pub use login_response::LoginResponse;
pub use verify::{SchemeExt, Token, Verified, VerifiedBy, Verify, VerifyError};
