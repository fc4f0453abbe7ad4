//! What runs beside a handler, and how it ends.
//!
//! When a client leaves, the future of its handler is dropped, and the stream that the handler has answered with. What a
//! handler has spawned and what runs on a thread of its own is out of reach of that, and would work on for nobody. These ways
//! are not:
//!
//! | to do | write | when the client leaves |
//! |---|---|---|
//! | make the items of a stream on a thread, as a model does | [`Tasks::produce`] | the next `send` fails |
//! | do something beside the handler | [`Tasks::spawn`] | the future is dropped |
//! | compute on a thread | [`Tasks::spawn_blocking`] | its [`Cancellation`] says so |
//! | finish what must not be left half done | `#[post("/orders", detach)]` | the handler runs to its end |
//!
//! At shutdown the server waits for all of them within its [drain deadline](crate::serve::Limits::drain_time), then cancels
//! what is left; for what [`Tasks::produce`] makes, it waits as for any answer, and not for a function that computes on when nobody reads.
//! A thread cannot be cancelled from outside: what blocks one for longer than a second beyond that ends with the program
//! ([`main`](crate::main)).

mod background;
mod holding;

mod produce;
mod producers;
mod task;

pub use produce::{Disconnected, Produced, Producer};
pub use task::{Cancellation, Task, TaskError, Tasks};

pub(crate) use background::Background;
pub(crate) use holding::Holding;
pub(crate) use producers::Producers;
