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
//! - A variable stands for at least one character of one segment. Variables that share a
//!   segment take as much as they can from left to right: `/{x}-{y}` reads `/a-b-c` as `a-b` and `c`.
//! - `{name:path}` stands for any text, slashes included, and may be empty. What is written after it
//!   has to match too: `/files/{name:path}/meta`, `/models/{name:path}:generate`.
//! - The path is cut at its slashes first, then each segment is **percent-decoded, once**, and compared: `a%20b` is `a b`
//!   and `/%61dmin` is `/admin`, but `%2F` separates nothing. So `/admin%2Fusers` is not `/admin/users`, which the rules of a
//!   proxy would let through, and the variable of `/files/{name}` has the value `a/b` in `/files/a%2Fb`. A `%` without two
//!   hexadecimal digits stands for itself. A path that is not UTF-8 once decoded matches nothing and is answered with 400.
//! - Nothing is normalised: `.` and `..` are text like any other. The value of any variable may be one of these, and may
//!   contain a `/` that was sent encoded. Check it before you open a file by it.
//!
//! # A slash too many or too few
//!
//! A path that no route matches is answered with a 307 to the same path with a slash at its end, or without those that it
//! has there, if a route of any method matches that one. The method, the body and the query stay. `Location` is a relative
//! reference (`../items?page=2`, RFC 9110, section 10.2.2), so that it also holds where a proxy or an outer router has
//! removed a prefix from the path. A path that begins with `//` is never redirected.
//!
//! ```
//! use avocet::prelude::*;
//! use avocet::testing::TestClient;
//!
//! #[get("/items")]
//! async fn items() -> Vec<u32> { vec![] }
//!
//! # #[avocet::main]
//! # async fn main() -> avocet::Result<()> {
//! let client = TestClient::new(App::new("Shop", "1.0.0").routes(routes![items]).build()?);
//! let response = client.get("/items/?page=2").send().await;
//! assert_eq!((response.status().as_u16(), response.header("location")), (307, "../items?page=2"));
//! # Ok(())
//! # }
//! ```
//!
//! # Slashes at the end
//!
//! `/items` and `/items/` are two paths. If no route has the one that was requested and a route has the other, the response is a 307 to that
//! one, with the query: clients repeat the request there with its method and body. The redirect is not in the document. Declare both paths
//! where a client does not follow redirects. Several slashes at the end are removed together, and an existing route is never redirected.
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
