//! Code that runs at the end of a request: clean-up of what a dependency has opened, and work after the response.
//!
//! | to do | take | runs |
//! |---|---|---|
//! | commit or roll back, release, close | [`Cleanup::before_response`] | when the handler has returned, before the response head is sent; an error replaces the response |
//! | clean up what a stream still needs | [`Cleanup::after_response`] | when the last byte of the response was sent, or cannot be |
//! | send a message, write a record | [`BackgroundTasks::add`] | after the response, if it was sent and its status is below 400 |
//!
//! They run in the reverse order of their registration, tasks in its order, each request's on a task of its own: a client that disconnects
//! does not cancel a commit. At shutdown the server waits for them until the [drain deadline](crate::serve::Limits::drain_time).
//!
//! # Outcomes
//!
//! | what happened | before the response | after the response |
//! |---|---|---|
//! | a response with a status below 400 | [`Succeeded`](Outcome::Succeeded) | `Succeeded` |
//! | an error: of the handler, of an extractor, of an earlier clean-up | [`Failed`](Outcome::Failed) | `Failed` |
//! | the handler panicked | [`Panicked`](Outcome::Panicked) | `Panicked` |
//! | the client disconnected, or the deadline passed, before the handler returned | [`Disconnected`](Outcome::Disconnected) | `Disconnected` |
//! | a stream ended | `Succeeded`, before its first byte | `Succeeded` |
//! | a stream failed | `Succeeded` | [`StreamFailed`](Outcome::StreamFailed) |
//! | the client disconnected while the body was sent | `Succeeded` | `Disconnected` |
//!
//! The request context goes along: the request id and the trace of their log lines are those of the request.

mod background_tasks;
mod body;
mod hooks;
mod outcome;

pub use background_tasks::BackgroundTasks;
pub use hooks::Cleanup;
pub(crate) use hooks::PendingCleanup;
pub use outcome::Outcome;
