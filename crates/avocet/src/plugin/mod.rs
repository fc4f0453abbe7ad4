//! Plugins: crates that read the operations of an application and add routes, components and checks to it.
//!
//! An operation carries settings for a plugin as a value of the plugin's type:
//! [`Operation::extend`](crate::operation::Operation::extend), or `extend = value` in a route attribute.
//!
//! # Calls in the process
//!
//! [`Plan::calls`] returns a handle that calls an operation with values, without a URL or a socket, for example from an MCP tool, a job or a
//! page.
//!
//! | | [`Calls::call`] | [`Calls::call_through_layers`] |
//! |---|---|---|
//! | extraction, validation, security, the handler | yes | yes |
//! | layers of the route and its routers | yes | yes |
//! | layers of the application | no | yes |
//! | a separate access log line, span and metrics | no: the call is part of the request that makes it | yes |
//! | the request id, the trace, the deadline and the cancellation | those of the request that makes the call | new ones |
//! | time limit of the operation, `detach` | no: the call ends with the request that makes it | yes |
//! | a panic of the handler becomes a 500 | yes | yes |
//! | limits of the body and of JSON | yes | yes |
//! | limits of the connection, such as read timeouts | no | no |
//!
//! [`Call::body`] (JSON), [`Call::form`] (fields) and [`Call::content`] (bytes with a media type) set the body of a call. The operation accepts or
//! rejects it like the body of a request. Credentials are not copied from the request that makes the call; add them with [`Call::header`].
//!
//! Dropping the future cancels the call. The response is an HTTP response: a status, headers and a body, which may be a stream.

mod call;
mod calls;
mod plan;

pub use call::Call;
pub use calls::{CallError, Calls};
pub(crate) use calls::{Callable, Responding};
pub use plan::{Plan, Plugin};
