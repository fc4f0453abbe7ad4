//! Testing an application in the same process, without a socket, and an extractor without an application.
//!
//! [`TestClient`] sends requests to a built application. [`TestContext`] makes the request that a single
//! [`Extractor`](crate::extract::Extractor) reads. [`breaking_changes`] compares the document with that of an earlier release.

mod changes;
mod client;
mod context;
mod cookies;
mod events;
mod form;
mod request;
mod response;
#[cfg(feature = "websocket")]
mod socket;

pub use changes::breaking_changes;
pub use client::TestClient;
pub use context::TestContext;
pub use events::TestEvent;
pub use form::TestForm;
pub use request::TestRequest;
pub use response::{StreamBroken, TestResponse};
#[cfg(feature = "websocket")]
pub use socket::{TestHandshake, TestSocket};
