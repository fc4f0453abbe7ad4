//! The `OpenAPI` 3.1 document, made from the operations and nothing else.

mod document;
mod operation;
mod websocket;

pub(crate) use document::{Info, document};
