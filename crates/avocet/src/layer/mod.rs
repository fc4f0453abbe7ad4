//! Layers and middleware around an application, a router or a route; and mounted services.
//!
//! | to do | write |
//! |---|---|
//! | wrap everything in a tower layer | [`App::layer`](crate::App::layer) |
//! | wrap the routes of a router, or one route | [`Router::layer`](crate::Router::layer), [`Route::layer`](crate::route::Route::layer) |
//! | the same with a function | `middleware` of each of them: `async fn(Request, Next) -> Response` |
//! | add any tower service beside the routes, such as an axum router | [`App::mount`](crate::App::mount) |
//!
//! The layer that was added last is the outermost one: it sees a request first and its response last. Layers of an application are
//! outside those of a router, and these outside those of a route.
//!
//! Layers of an application run for every request, also for one without a route: a 404, a 405, a preflight. Those of a router or a
//! route run for its routes and for `OPTIONS` requests to their paths, so that CORS works on each level.
//!
//! The access log, the span and the metrics are outside all layers: they report what the client receives. A request in a layer has the
//! [`ConnectionInfo`](crate::serve::ConnectionInfo) in its extensions. The future of a layer is dropped when the client disconnects, like
//! that of a handler, and a response body passes through piece by piece: a layer that does not buffer it leaves a stream a stream.
//!
//! A layer that fails has its error logged, and the client receives a 500.

mod endpoint;
mod matched;
mod middleware;
mod mount;
mod service_layer;
mod stack;

pub use endpoint::{Endpoint, EndpointFuture};
pub use middleware::{Next, Outcome, Request};
pub use mount::{Mountable, OriginalUri};
pub use service_layer::ServiceLayer;

pub(crate) use endpoint::WeakEndpoint;
pub(crate) use matched::Matched;
pub(crate) use mount::{Mount, PendingMount};
pub(crate) use stack::Layers;
