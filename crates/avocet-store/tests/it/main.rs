//! The back-ends of this crate pass the conformance suite; what is special about `SQLite`.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod child;
mod crash;
mod faults;
mod file;
mod processes;
mod suite;
