//! Where the arguments of a handler come from: one file for each source, each with how it describes itself and how it takes
//! its value.
//!
//! The attribute macros print these types; users of [`Operation`](crate::operation::Operation) without macros
//! write them by hand.
//!
//! `#[query]`, `#[header]`, `#[cookie]` and `#[form]` take one value, a list or a set of them, or a model, whose fields are
//! parameters each of its own (`fields`).
//!
//! | attribute | source | place of problems |
//! |---|---|---|
//! | bare, `#[path]` | [`Path`] | `["path", name]` |
//! | `#[query]` | [`Query`] | `["query", name]` |
//! | `#[header]` | [`Header`] | `["header", name]` |
//! | `#[cookie]` | [`Cookie`] | `["cookie", name]` |
//! | `#[body]` | [`Body`], several: [`Members`] | `["body", …]` |
//! | `#[form]` | [`Form`] | `["body", name]` |
//! | `#[file]` | [`File`] | `["body", name]` |
//! | `#[state]` | [`State`] | – |
//! | `#[extract]` | [`Extract`] | – |
//! | `#[request]` | [`Request`] | – |

mod arguments;
mod call;
mod content_type;
mod fields;
mod form_data;
mod multipart;
mod named;
mod origin;
mod part;
mod request_body;
mod spool;
mod upload;
mod uploads;
mod values;

mod body;
mod cookie;
mod file;
mod form;
mod header;
mod input;
mod members;
mod path;
mod query;
mod request;
mod state;

#[cfg(feature = "axum")]
mod axum08;

pub use arguments::{Argument, Arguments, Refusal};
#[cfg(feature = "axum")]
pub use axum08::Extract;
pub use body::Body;
pub use call::Call;
pub use cookie::Cookie;
pub use file::File;
pub use form::Form;
pub(crate) use form_data::FormBounds;
pub use header::Header;
pub use members::{Member, Members, MembersOf};
pub(crate) use origin::Origin;
pub use path::Path;
pub use query::Query;
pub use request::{OfRequest, Request};
pub(crate) use request_body::RequestBody;
pub use state::State;
pub use upload::{Upload, UploadReader};
pub use uploads::Uploads;
pub use values::{Takes, Values};
