//! Layers and middleware around an application, a router or a route; and mounted services.
//!
//! | to do | write |
//! |---|---|
//! | wrap everything in a tower layer | [`App::layer`](crate::App::layer) |
//! | wrap the routes of a router, or one route | [`Router::layer`](crate::Router::layer), [`Route::layer`](crate::route::Route::layer) |
//! | the same with a function | `middleware` of each of them: `async fn(Request, Next) -> Response` |
//! | the same with a value that has settings | [`Middleware`], for the same methods as a tower layer |
//! | add any tower service beside the routes, such as an axum router | [`App::mount`](crate::App::mount) |
//!
//! From the outside in: application layers, router layers, route layers. Of several layers at one level, the one that was added last is the
//! outermost.
//!
//! Layers of an application run for every request, including those without a route: a 404, a 405, a preflight request. Layers of a router or a
//! route run for its routes and for `OPTIONS` requests to their paths, so CORS works at each level.
//!
//! The access log, the span and the metrics are outside all layers: they report the response that the client receives. The extensions of a
//! request in a layer contain its [`ConnectionInfo`](crate::serve::ConnectionInfo). When the client disconnects, the server drops the future of
//! the layer, like that of a handler. A response body passes through piece by piece, so a stream stays a stream unless a layer buffers it.
//!
//! If a layer returns an error, Avocet logs it and responds with 500. A panic ends the layers too: its 500 is made outside them, and has none of
//! their headers, such as those of CORS. If scripts of other origins have to read it, put `tower_http::catch_panic::CatchPanicLayer` inside.
//! The 504 of a [time limit](crate::App::time_limit) is made inside the layers of the application, unless a layer itself waits.

mod endpoint;
mod matched;
mod middleware;
mod mount;
mod service_layer;
mod stack;
mod with_settings;

pub use endpoint::{Endpoint, EndpointFuture};
pub use middleware::{Next, Outcome, Request};
pub use mount::{Mountable, OriginalUri};
pub use service_layer::{ServiceLayer, TowerLayer, ValueMiddleware};
pub use with_settings::Middleware;

pub(crate) use endpoint::WeakEndpoint;
pub(crate) use matched::Matched;
pub(crate) use mount::{Mount, PendingMount};
pub(crate) use stack::Layers;
