//! The tests of the crate from outside, one binary to save link steps.
//!
//! - `by_hand`: endpoints without macros, from request to answer and document.
//! - `truth`: the published schema, the reader and serde agree over arbitrary JSON text.
//! - `macros`: what each attribute means.
//! - `ui`: the compile errors that users read.
//! - `streams`: server-sent events.
//! - `sockets`: the whole application on a real socket.
//! - `docs_page`: the docs page, in process and in a real browser.

mod by_hand;
mod docs_page;
mod macros;
mod sockets;
mod streams;
mod truth;
mod ui;
