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
//! | the request id, the trace, the deadline and the cancellation | those of the request that makes the call | new ones |
//! | time limit of the operation, `detach` | no: the call ends with the request that makes it | yes |
//! | a panic of the handler becomes a 500 | yes | yes |
//! | limits of the body and of JSON | yes | yes |
//! | limits of the connection, such as timeouts of reading | no | no |
//!
//! A call has the body of [`Call::body`] (JSON), [`Call::form`] (fields) or [`Call::content`] (bytes with their media type), which the operation
//! accepts or rejects like that of a request. Credentials are not copied from the request that makes the call; [`Call::header`] adds them.
//!
//! A call is cancelled when its future is dropped. The response is that of HTTP: a status, headers and a body, which may be a stream.

mod call;
mod calls;
mod plan;

pub use call::Call;
pub use calls::{CallError, Calls};
pub(crate) use calls::{Callable, Responding};
pub use plan::{Plan, Plugin};
