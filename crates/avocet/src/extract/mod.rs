//! Extractors for the arguments of a handler. Each source has one file with its description and its extraction.
//!
//! The attribute macros generate these types. Without macros, use them directly with
//! [`Operation`](crate::operation::Operation).
//!
//! `#[query]`, `#[header]`, `#[cookie]` and `#[form]` take one value, a list or a set of values, or a model whose fields
//! are separate parameters (`fields`).
//!
//! | attribute | source | location of errors |
//! |---|---|---|
//! | bare, `#[path]` | [`Path`] | `["path", name]` |
//! | `#[query]` | [`Query`] | `["query", name]` |
//! | `#[header]` | [`Header`] | `["header", name]` |
//! | `#[cookie]` | [`Cookie`] | `["cookie", name]` |
//! | `#[body]` | [`Body`], several: [`BodyMembers`]; [`RawBody`] for `Bytes` and [`BodyStream`] | `["body", …]` |
//! | `#[form]` | [`Form`], [`JsonPart`] for `#[form(json)]` | `["body", name]` |
//! | `#[file]` | [`File`] | `["body", name]` |
//! | `#[state]`, `#[state("…")]` | [`State`] | – |
//! | `#[depends]`, with a name | [`Depends`](crate::depend::Depends) | those of its dependency |
//! | `#[bearer]`, `#[basic]` | [`Bearer`](crate::security::Bearer), [`Basic`](crate::security::Basic) | 401 |
//! | `#[extract(value)]` | that extractor, such as a [security scheme](crate::security) | its own |
//! | `#[extract]` | the extractor of a [`FromContext`] type, or [`Extract`] for one of axum | its own |
//! | `#[request]` | [`Request`] | – |
//!
#![cfg_attr(not(feature = "axum"), doc = "[`Extract`]: crate#features")]

mod content_coding;
mod content_type;
#[cfg(feature = "compression")]
mod decoded_body;
mod extractors;
mod fields;
mod form_data;
mod from_context;
mod from_params;
mod header_list;
mod multipart;
mod named;
mod part;
mod received_body;
mod request_context;
mod route_context;
mod spool;
mod states;
mod text_source;
mod upload;
mod uploads;

mod body;
mod cookie;
mod echoed_input;
mod file;
mod form;
mod header;
mod json_part;
mod members;
mod path;
mod query;
mod raw_body;
mod request;
mod state;

#[cfg(feature = "axum")]
mod axum08;

#[cfg(feature = "axum")]
pub use axum08::Extract;
pub use body::Body;
pub use cookie::Cookie;
pub use extractors::{Extractor, Extractors, Rejection};
pub(crate) use fields::taken_as_text;
pub use file::File;
pub use form::Form;
pub(crate) use form_data::FormBounds;
pub use from_context::FromContext;
pub use from_params::{Arity, FromParams};
pub use header::Header;
pub use json_part::JsonPart;
pub use members::{BodyMember, BodyMembers, BodyMembersOf};
pub use path::Path;
pub use query::Query;
pub use raw_body::{BodyStream, FromRawBody, RawBody};
pub use received_body::ReceivedBody;
pub use request::{OfRequest, Request};
pub use request_context::RequestContext;
pub(crate) use route_context::{ApplicationContext, RouteContext};
pub(crate) use spool::check_upload_dir;
pub use state::State;
pub(crate) use states::{StateOrigin, States};
pub use upload::{Upload, UploadReader};
pub use uploads::Uploads;
