//! The application: collect routes and state, check them together, build the service.
//!
//! [`App`] collects, `check` finds every mistake ([`BuildError`]), [`Service`] serves.

mod application;
mod build;
mod check;
mod dispatch;
mod document;
mod error;
mod error_pages;
mod error_scopes;
mod handling;
#[cfg(feature = "inference")]
mod inference;
mod layers;
mod lifecycle;
mod plugins;
mod policies;
mod requirements;
mod server;
mod service;
mod shared;
mod time_limit;

pub use crate::operation::Mistake;
pub use application::{App, OperationIds};
pub use check::BuildError;
pub use error::{Error, Result};
pub use handling::ServiceFuture;
pub use service::Service;
