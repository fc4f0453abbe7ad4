//! The tests of the endpoints, with models that are scripts.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod anthropic;
mod constrain;
mod open_inference;
mod openai;
mod responses;
mod script;
