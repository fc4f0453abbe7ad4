//! `Workers`: the replicas of one model, and the handle to use them.

mod call;
mod configure;
mod functions;
mod handle;
mod lifecycle;
mod predict;
mod stream;

pub use functions::{BatchFn, batch};
pub use handle::Workers;
pub use stream::Items;
