//! What travels with a piece of work, without HTTP: its deadline and cancellation, who it is done for, its request id and trace.
//!
//! A server makes a [`Context`] for each request; queues, clients and workers that its handlers call find it with
//! [`Context::current`], and take it along to other tasks and threads.
//!
//! ```
//! use std::time::Duration;
//!
//! use avocet_context::{Context, Deadline};
//!
//! /// A client that gives up in time, whoever calls it.
//! async fn ask(question: &str) -> Result<String, &'static str> {
//!     let deadline = Context::current().deadline();
//!     let deadline = deadline.unwrap_or(Deadline::after(Duration::from_secs(30)));
//!     tokio::select! {
//!         () = deadline.passed() => Err("too late"),
//!         answer = async { format!("{question} Yes.") } => Ok(answer),
//!     }
//! }
//! ```

mod caller;
mod cancellation;
mod context;
mod current;
mod deadline;
mod request_id;
mod trace;

pub use caller::Caller;
pub use cancellation::{CancelOnDrop, Cancellation};
pub use context::{Context, Entered, Scope};
pub use deadline::Deadline;
pub use request_id::RequestId;
pub use trace::TraceContext;

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
