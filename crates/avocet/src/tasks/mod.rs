//! Tasks beside a handler, and their cancellation.
//!
//! When a client disconnects, the future of its handler is dropped, and so is the stream in the handler's response. Tasks that a
//! handler has spawned and threads that it has started are not affected, and would continue without a purpose. Start
//! such work as follows, with an argument `#[request] tasks: Tasks`:
//!
//! | to do | write | when the client disconnects |
//! |---|---|---|
//! | produce the items of a stream on a thread, for example the tokens of a language model | [`Tasks::produce`] | the next `send` fails |
//! | run a future beside the handler | [`Tasks::spawn`] | the future is dropped |
//! | compute on a thread | [`Tasks::spawn_blocking`] | [`Cancellation::is_cancelled`] returns true; the function has to check it |
//! | finish work that must not be left incomplete | `#[post("/orders", detach)]` | the handler runs to completion |
//!
//! At shutdown the server waits for all of this work until the [drain deadline](crate::serve::Limits::drain_time), then cancels it. It does
//! not wait for a [`Tasks::produce`] function whose stream has no reader any more. A thread cannot be stopped from outside: when
//! [`main`](crate::main) returns, functions that still run have one second to finish; then the program ends without them.

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
