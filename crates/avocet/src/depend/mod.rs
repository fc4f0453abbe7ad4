//! Dependencies: what several handlers need before they run, such as the current user or a database transaction.
//!
//! A dependency is an `async fn` with `#[dependency]`, whose arguments come from the same sources as a handler's, other dependencies
//! among them:
//!
//! ```
//! use avocet::prelude::*;
//! use avocet::testing::TestClient;
//!
//! #[derive(Clone)]
//! struct Page { offset: u32, limit: u32 }
//!
//! /// The part of a list that a client asks for.
//! #[dependency]
//! async fn page(#[query(default = 0)] offset: u32, #[query(default = 10, le = 100)] limit: u32) -> Page {
//!     Page { offset, limit }
//! }
//!
//! #[get("/items")]
//! async fn items(#[depends(page)] page: Page) -> Vec<u32> {
//!     (page.offset..).take(page.limit as usize).collect()
//! }
//!
//! # #[avocet::main]
//! # async fn main() -> avocet::Result<()> {
//! let client = TestClient::new(App::new("Shop", "1.0.0").routes(routes![items]).build()?);
//! assert_eq!(client.get("/items?offset=5&limit=2").send().await.text().await, "[5,6]");
//! // A validation error of a dependency is one of the request.
//! assert_eq!(client.get("/items?limit=1000").send().await.status(), 422);
//! # Ok(())
//! # }
//! ```
//!
//! | property | how |
//! |---|---|
//! | what it reads, the errors that it returns and the security that it checks are in the document of each operation | always |
//! | it runs once in a request, and all that depend on it share clones of its value | unless the argument is `#[depends(page, fresh)]` |
//! | it runs before the body is read; an error of it ends the request, also if other values are invalid: a 401 is never a 422 | always |
//! | it runs for its effect alone, as for an authorization | `requires(admin)` in a route attribute, [`Router::requires`](crate::Router::requires), [`App::requires`](crate::App::requires) |
//! | it cleans up, before or after the response | an argument [`Cleanup`](crate::cleanup::Cleanup) |
//! | a test replaces it | [`TestClient::replace`](crate::testing::TestClient::replace) |
//!
//! They run in this order: those that the application requires, those of its routers from the outside in, those of the route, and those of
//! arguments. A dependency runs after those that it depends on.

mod depends;
mod replaced;
mod requirement;

pub(crate) use depends::Scopes;
pub use depends::{Dependency, Depends};
pub(crate) use replaced::Replacements;
pub use requirement::Requirement;
