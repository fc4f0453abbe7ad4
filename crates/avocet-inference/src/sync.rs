//! The locks of code that is model-checked.
//!
//! The crate `models` compiles that code a second time and replaces them with loom's types.

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, atomic};
