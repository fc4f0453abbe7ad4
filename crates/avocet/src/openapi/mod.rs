//! The `OpenAPI` document, built only from the operations.

mod content;
mod document;
mod errors;
mod info;
mod operation;
mod referenced;
mod tag;
mod version;
mod websocket;

pub(crate) use document::document;
pub(crate) use errors::DocumentedErrors;
pub(crate) use info::{About, Info};
pub use info::{Contact, License};
pub(crate) use operation::register_errors;
pub use tag::Tag;
pub use version::OpenApi;
