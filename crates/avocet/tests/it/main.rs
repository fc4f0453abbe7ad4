//! The tests of the crate from outside, one binary to save link steps.
//!
//! - `by_hand`: endpoints without macros, from request to answer and document.
//! - `truth`: the published schema, the reader and serde agree over arbitrary JSON text.
//! - `macros`: what each attribute means.
//! - `ui`: the compile errors that users read.
//! - `docs_page`: the docs page, in process and in a real browser.

mod by_hand;
mod truth;
