//! Plugins: crates that read the operations of an application and add routes, components and checks to it.
//!
//! A plugin uses nothing but this public interface. What an operation says to one plugin stands in a typed slot of the operation:
//! [`Operation::extend`](crate::operation::Operation::extend), or `extend = value` in a route attribute.
//!
//! # Calls in the process
//!
//! [`Plan::calls`] gives a handle that calls an operation with values, without a URL or a socket: an MCP tool, a job, a page do so.
//!
//! | | [`Calls::call`] | [`Calls::call_through_layers`] |
//! |---|---|---|
//! | extraction, validation, security, the handler | yes | yes |
//! | layers of the route and its routers | yes | yes |
//! | layers of the application | no | yes |
//! | an access log line, a span and metrics of its own | no: the call is part of the request that makes it | yes |
//! | limits of the body and of JSON | yes | yes |
//! | limits of the connection | no | no |
//!
//! A call is cancelled when its future is dropped. The response is that of HTTP: a status, headers and a body, which may be a stream.

mod call;
mod calls;
mod plan;

pub use call::Call;
pub use calls::{CallError, Calls};
pub(crate) use calls::{Callable, Responding};
pub use plan::{Plan, Plugin};
