#![cfg_attr(docsrs, feature(doc_cfg))]
//! A bounded key-value store with expiry and an append log, in memory and in `SQLite`.
//!
//! A [`Store`] is the handle that a program shares. It gives a [`Namespace`] of keys, with versions, expiry and counters, and a [`Log`]
//! of streams that only grow, with readers that wait and continue. All limits are finite and all operations atomic.
//!
//! ```
//! use std::time::Duration;
//! use avocet_store::{NamespaceConfig, Store};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), avocet_store::Error> {
//! let store = Store::memory();
//! let limits = store.namespace(NamespaceConfig::new("rate-limits").entries(1_000_000))?;
//!
//! // At most two requests a minute.
//! let minute = Duration::from_secs(60);
//! assert!(limits.add("ann", 1, 2, minute).await?.changed);
//! assert!(limits.add("ann", 1, 2, minute).await?.changed);
//! assert!(!limits.add("ann", 1, 2, minute).await?.changed);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | default | contents |
//! |---|---|---|
//! | `sqlite` | no | `Sqlite`, the back-end on a file, which several processes can share |
//! | `conformance` | no | `conformance::check`, the checks that each back-end must pass |
//!
//! # Further back-ends
//!
//! A crate that implements [`backend::KeyValueBackend`] and [`backend::LogBackend`] is a back-end: [`Store::new`] takes it. The page
//! [`guarantees`] lists what it promises, and `conformance::check` tests that.

pub mod backend;
mod clock;
mod config;
#[cfg(feature = "conformance")]
pub mod conformance;
mod entry;
mod error;
pub mod guarantees;
mod limit;
mod log;
mod log_entry;
mod memory;
mod namespace;
mod short_key;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod waiters;

pub use clock::{Clock, Timestamp, Ttl};
pub use config::{LogConfig, NamespaceConfig};
pub use entry::{Counter, Entry, Page, Usage, Version};
pub use error::{BackendError, Error, InvalidName, NotACounter};
pub use limit::{Limit, LimitExceeded};
pub use log::{Follower, Log};
pub use log_entry::{LogEntry, LogPage, LogUsage, Sequence, Trim};
pub use memory::Memory;
pub use namespace::Namespace;
#[cfg(feature = "sqlite")]
pub use sqlite::{Sqlite, SqliteConfig};
pub use store::Store;

// The code of the README is compiled.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
