#![cfg_attr(docsrs, feature(doc_cfg))]
//! Ready middleware for Avocet.
//!
//! | to do | middleware | feature |
//! |---|---|---|
//! | let browsers call from other origins | [`Cors`] | `cors` (default) |
//! | limit the rate of requests | [`RateLimit`] | – |
//! | limit requests at the same time | [`ConcurrencyLimit`] | – |
//! | accept only known hosts | [`TrustedHosts`] | – |
//! | serve a different application for some hosts | [`VirtualHost`] | – |
//! | redirect to HTTPS | [`HttpsRedirect`] | – |
//! | set the headers that browsers' protection needs | [`SecurityHeaders`] | – |
//! | compress responses | [`Compression`] | `compression` (gzip), `compression-br`, `compression-zstd` |
//! | run a request once, however often it is sent | [`Idempotency`] | `idempotency` |
//!
//! Each is an [`avocet::layer::Middleware`]: pass it to `layer` of an application, a router or a route. Invalid settings are a
//! [`BuildError`](avocet::BuildError), and the errors that a middleware can respond with are in the document of the operations that it is
//! around.
//!
//! ```
//! use avocet::prelude::*;
//! use avocet_middleware::{Cors, Quota, RateLimit, SecurityHeaders};
//!
//! #[get("/")]
//! async fn hello() -> &'static str {
//!     "Hello"
//! }
//!
//! # #[cfg(feature = "cors")]
//! # fn main() {
//! let app = App::new("Hello", "1.0.0")
//!     .routes(routes![hello])
//!     .layer(RateLimit::per_address(Quota::per_minute(100)))
//!     .layer(Cors::new().origin("https://app.example.com"))
//!     .layer(SecurityHeaders::new());
//! assert!(app.build().is_ok());
//! # }
//! # #[cfg(not(feature = "cors"))]
//! # fn main() {}
//! ```
//!
//! # Order
//!
//! The layer that was added last is the outermost. From the outside in, this order is right for most applications:
//!
//! 1. [`SecurityHeaders`]: on every response, also on those of the next ones.
//! 2. [`TrustedHosts`], [`HttpsRedirect`]: nothing else is done for a wrong host.
//! 3. [`Cors`]: before everything that rejects, so that a script can read a 401 or a 429, and preflight requests are not counted.
//! 4. [`Compression`].
//! 5. [`RateLimit`], [`ConcurrencyLimit`].
//! 6. [`Idempotency`], around the routes that cost money.
//!
//! Time limits are a part of Avocet: [`App::time_limit`](avocet::App::time_limit) and
//! [`Operation::time_limit`](avocet::operation::Operation::time_limit). Compressed requests are,
//! too: the feature `compression` of `avocet` reads them, within
//! [`Limits::decoded_body_bytes`](avocet::serve::Limits::decoded_body_bytes).

mod client_key;
#[cfg(feature = "compression")]
mod compression;
mod concurrency;
#[cfg(feature = "cors")]
mod cors;
mod documented;
mod exempt;
mod hosts;
#[cfg(feature = "idempotency")]
mod idempotency;
mod rate_limit;
mod security_headers;

#[cfg(feature = "compression")]
pub use compression::Compression;
pub use concurrency::ConcurrencyLimit;
#[cfg(feature = "cors")]
pub use cors::Cors;
pub use hosts::{HttpsRedirect, TrustedHosts, VirtualHost};
#[cfg(feature = "idempotency")]
pub use idempotency::Idempotency;
pub use rate_limit::{
    Decision, LimiterError, MemoryLimiter, Quota, RateLimit, RateLimited, RateLimiter,
    StoreLimiter, Taking,
};
pub use security_headers::SecurityHeaders;

// The code of the README is compiled.
#[cfg(all(
    doctest,
    feature = "compression",
    feature = "cors",
    feature = "idempotency"
))]
#[doc = include_str!("../README.md")]
struct Readme;
