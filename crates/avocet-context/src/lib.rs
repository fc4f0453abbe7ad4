//! What travels with a piece of work, without HTTP: whether its result is still wanted, and how long.

mod cancellation;

pub use cancellation::{CancelOnDrop, Cancellation};
