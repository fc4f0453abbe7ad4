//! Security: credentials in requests, and their schemes in the document.
//!
//! A scheme is an extractor: it finds the credentials, responds with 401 and a `WWW-Authenticate` header without them, and is in the
//! document of every operation that uses it. What the credentials are worth decides a [dependency](crate::depend):
//!
//! ```
//! use avocet::prelude::*;
//! use avocet::testing::TestClient;
//! use avocet::types::Secret;
//!
//! /// The user that a bearer token belongs to.
//! #[dependency]
//! async fn current_user(#[bearer] token: Secret<String>) -> Result<String, HttpError> {
//!     if token.matches("t0ps3cret") {
//!         return Ok("ada".to_owned());
//!     }
//!     Err(avocet::security::unauthorized("Bearer", "Unknown token"))
//! }
//!
//! #[get("/me")]
//! async fn me(#[depends(current_user)] user: String) -> String { user }
//!
//! # #[avocet::main]
//! # async fn main() -> avocet::Result<()> {
//! let service = App::new("Club", "1.0.0").routes(routes![me]).build()?;
//! assert_eq!(service.openapi()["paths"]["/me"]["get"]["security"][0].to_string(), r#"{"HTTPBearer":[]}"#);
//! let client = TestClient::new(service);
//! let response = client.get("/me").send().await;
//! assert_eq!(response.status(), 401);
//! assert_eq!(response.header("www-authenticate"), "Bearer");
//! let response = client.get("/me").header("authorization", "Bearer t0ps3cret").send().await;
//! assert_eq!(response.text().await, "\"ada\"");
//! # Ok(())
//! # }
//! ```
//!
//! | argument | credentials |
//! |---|---|
//! | `#[bearer] token: Secret<String>` | `Authorization: Bearer …`: [`Bearer`] |
//! | `#[basic] user: BasicCredentials` | `Authorization: Basic …`: [`Basic`] |
//! | `#[extract(ApiKey::header("X-Key"))] key: Secret<String>` | a key in a header, the query or a cookie: [`ApiKey`] |
//! | `#[extract(OAuth2::password("token"))] token: Secret<String>` | a bearer token of an OAuth 2 flow: [`OAuth2`] |
//! | `#[extract(OpenIdConnect::at(url))] token: Secret<String>` | a bearer token of an `OpenID` provider: [`OpenIdConnect`] |
//! | the same of `Option<_>`, or with [`Scheme::optional`] | optional: `None` without them |
//!
//! Several schemes in the arguments of an operation and its dependencies are required together. [`RequiredScopes`] are the scopes that
//! the operation requires of a dependency: `#[depends(member, scopes("rooms:read"))]`.
//!
//! [`App::deny_by_default`](crate::App::deny_by_default) makes every operation an error at startup that neither requires credentials nor is
//! marked `public`.

mod api_key;
mod authorization;
mod basic;
mod bearer;
mod oauth2;
mod scheme;
mod scopes;

pub use api_key::ApiKey;
pub use basic::{Basic, BasicCredentials, FromBasic};
pub use bearer::{Bearer, BearerCredentials, FromBearer};
pub use oauth2::{OAuth2, OpenIdConnect};
pub use scheme::{Optional, Scheme, forbidden, unauthorized};
pub use scopes::RequiredScopes;
