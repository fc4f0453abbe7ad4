//! Routing: path templates, matching, and conflicts between routes.
//!
//! A [`Template`] is the path of a route such as `/items/{item_id}`. A tree holds the
//! templates of an app in the order of their declaration and finds for each request the route
//! and the values of its variables. A check at start-up reports unreachable
//! routes.
//!
//! # Matching rules
//!
//! - The **first declared** route wins whose template matches the path and whose method is the
//!   request's. A `HEAD` request is handled by the first matching `GET` route if no `HEAD` route
//!   matches the path.
//! - Matching is case-sensitive and slashes are literal: neither `/U` nor `//u` is `/u`.
//! - A variable matches at least one character of one segment. Variables that share a
//!   segment are greedy from left to right: `/{x}-{y}` reads `/a-b-c` as `a-b` and `c`.
//! - `{name:path}` matches any text, including slashes, and may be empty. The text after it
//!   has to match too: `/files/{name:path}/meta`, `/models/{name:path}:generate`.
//! - The path is split at its slashes first, then each segment is **percent-decoded, once**, and compared: `a%20b` is `a b` and
//!   `/%61dmin` is `/admin`, but `%2F` is not a separator. So `/admin%2Fusers` is not `/admin/users`, which would bypass the rules of a
//!   proxy, and the variable of `/files/{name}` has the value `a/b` in `/files/a%2Fb`. A `%` without two hexadecimal digits is literal. A
//!   path that is not UTF-8 once decoded is rejected with 400.
//! - Paths are not normalised: `.` and `..` are ordinary text. The value of any variable may be one of these, and may
//!   contain a `/` that was encoded in the request. Validate it before you use it as a file name.
//!
//! # Trailing slashes
//!
//! If no route matches a path, but a route of any method matches the same path with a trailing slash added, or with its trailing
//! slashes removed, the response is a 307 to that path. The method, the body and the query are kept. `Location` is a relative
//! reference (`../items?page=2`, RFC 9110, section 10.2.2), so that it is also valid behind a proxy or an outer router that
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
//! `/items` and `/items/` are two paths. If the requested path does not have a route and the other one does, the response is a 307 to the
//! other one, with the query: clients repeat the request there with its method and body. The redirect is not in the document. Declare
//! both paths if a client does not follow redirects. Several trailing slashes are removed together, and an existing route is never
//! redirected.
//!
//! Matching time is bounded for every input: a lookup visits each node of the tree at most once, and a segment is
//! matched in one pass without backtracking.

// In reading order: template, segment, tail, captures; tree, node; conflict.
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
