//! Tasks beside a handler, and their cancellation.
//!
//! When a client disconnects, the future of its handler is dropped, and so is the stream in the handler's response. Tasks that a
//! handler has spawned and threads that it has started are not affected, and would continue without a purpose. These functions start
//! work that ends with the request:
//!
//! | to do | write | when the client disconnects |
//! |---|---|---|
//! | produce the items of a stream on a thread, as a model does | [`Tasks::produce`] | the next `send` fails |
//! | run a future beside the handler | [`Tasks::spawn`] | the future is dropped |
//! | compute on a thread | [`Tasks::spawn_blocking`] | its [`Cancellation`] is cancelled |
//! | finish work that must not be left incomplete | `#[post("/orders", detach)]` | the handler runs to completion |
//!
//! At shutdown the server waits for all of them within its [drain deadline](crate::serve::Limits::drain_time), then cancels
//! the rest; a stream of [`Tasks::produce`] is waited for like any response, but a function that continues without a reader is not.
//! A thread cannot be cancelled from outside: a function that blocks its thread for more than a second after that ends with the program
//! ([`main`](crate::main)).

mod holding;

mod produce;
mod producers;
mod task;

pub use produce::{Disconnected, Produced, Producer};
pub use task::{Task, TaskError, Tasks};

pub use avocet_context::Cancellation;

use avocet_server::{Background, ShutdownSignal};

pub(crate) use holding::Holding;
pub(crate) use producers::Producers;

/// Returns the background work of a server; without a server, one that nothing waits for.
pub(crate) fn background_of(signal: Option<&ShutdownSignal>) -> Background {
    signal.map_or_else(Background::default, |signal| signal.background().clone())
}
