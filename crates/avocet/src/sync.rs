//! The locks and atomics of code that is checked by a model.
//!
//! The crate `models` compiles that code a second time and puts loom's types in this place.

pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError, atomic};
