//! The apps of the conformance kit, written with Avocet. `kit/` holds the originals with what they answered, and the
//! program that replays it; `tests/it` runs it.
//!
//! Handlers whose original has no return type return a JSON value here, because that documents the same: nothing.

pub mod customs;
pub mod parts;
pub mod prints;
pub mod registry;
pub mod workshop;
