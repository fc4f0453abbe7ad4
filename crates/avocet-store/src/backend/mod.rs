//! The traits of a back-end, and what their methods take.
//!
//! The two traits are separate because they are independent: a program can keep keys in one system and logs in another. Their methods return
//! boxed futures, because a [`Store`](crate::Store) holds back-ends as `dyn` objects and an `async fn` of a trait cannot be called on
//! those. One allocation for a call is small beside what the call does.
//!
//! The handles check names, keys, sizes of values and pages, and take the time from the clock of the store. A back-end enforces
//! the remaining limits, [`Limit::Entries`](crate::Limit::Entries), [`Limit::Streams`](crate::Limit::Streams) and
//! [`Limit::TotalBytes`](crate::Limit::TotalBytes), in the same atomic step as the write. [`guarantees`](crate::guarantees) lists what else
//! a back-end promises, and the function `conformance::check` (feature `conformance`) tests it.
//!
//! ```
//! use avocet_store::backend::{Change, Condition, KeyValueBackend};
//! use avocet_store::{Memory, NamespaceConfig, Timestamp};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), avocet_store::Error> {
//! let memory = Memory::new();
//! let (now, notes) = (Timestamp::from_millis(0), NamespaceConfig::new("notes"));
//! let change = Change::Put { value: "text".into(), expires: None };
//! let version = memory.write(now, &notes, "a", Condition::Absent, change).await?;
//! assert_eq!(memory.get(now, &notes, "a").await?.map(|entry| entry.version), version);
//! # Ok(())
//! # }
//! ```

mod future;
mod key_value;
mod log;
mod request;

pub use future::BoxFuture;
pub use key_value::KeyValueBackend;
pub use log::LogBackend;
pub use request::{Change, Condition, Count, Paging, Scan};
