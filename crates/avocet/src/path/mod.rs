//! Which route answers a path: templates, matching, and conflicts between routes.
//!
//! A [`Template`] is the text of a route such as `/items/{item_id}`. A tree holds the
//! templates of an app in the order of their declaration and answers one question per request: which
//! route is meant, and what are the values of its variables? A report at start-up names the routes that
//! no request can reach.
//!
//! # Rules of matching
//!
//! - The **first declared** route wins whose template matches the path and whose method is the
//!   request's. A `HEAD` request is answered by the first matching `GET` route when no `HEAD` route
//!   matches the path.
//! - Matching is case-sensitive and takes slashes literally: neither `/U` nor `//u` is `/u`.
//! - A variable stands for at least one character and never for a `/`. Variables that share a
//!   segment take as much as they can from left to right: `/{x}-{y}` reads `/a-b-c` as `a-b` and `c`.
//! - `{name:path}` stands for any text, slashes included, and may be empty. What is written after it
//!   has to match too: `/files/{name:path}/meta`, `/models/{name:path}:generate`.
//! - The path is **percent-decoded first, once**, as `FastAPI` does: `a%20b` is `a b`, and `%2F`
//!   separates segments, so that it cannot carry a `/` into a variable. A `%` without two hexadecimal
//!   digits stands for itself. A path that is not UTF-8 once decoded matches nothing.
//! - Nothing is normalised: `.` and `..` are text like any other, in `{name:path}` too. Whoever opens
//!   a file by such a value has to refuse them.
//!
//! No input makes matching slow: a look-up visits each node of the tree at most once, and a segment is
//! matched in one pass without backtracking.

// In reading order: template, segment, rest, captures; tree, node; conflict.
mod captures;
mod conflict;
mod decode;
mod error;
mod node;
mod parse;
mod segment;
mod tail;
mod template;
mod tree;

#[cfg(test)]
mod tests;

pub(crate) use captures::Captures;
pub(crate) use conflict::{Conflict, conflicts};
pub use error::{TemplateError, TemplateMistake};
pub use template::Template;
pub(crate) use tree::{Lookup, Route, Tree};
