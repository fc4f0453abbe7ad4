//! The `OpenAPI` document, made from the operations and nothing else.

mod document;
mod operation;
mod referenced;
mod version;
mod websocket;

pub(crate) use document::{Info, document};
pub use version::OpenApi;
