//! The apps of the conformance kit, written with Avocet. `kit/` holds the originals with their recorded responses, and the program that
//! replays them; `tests/it` runs it.
//!
//! Handlers whose original has no return type return a JSON value here, so that both documents leave the response schema open.

pub mod club;
pub mod customs;
pub mod news;
pub mod parts;
pub mod prints;
pub mod registry;
pub mod town;
pub mod workshop;
