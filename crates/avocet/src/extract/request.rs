//! `Request`: request data that the server provides, such as the client's address.

use avocet_context::Context;

use super::{Extractor, Rejection, RequestContext};
use crate::cleanup::{BackgroundTasks, Cleanup};
use crate::operation::Operation;
use crate::response::{HttpError, ResponseError, ResponseParts};
use crate::serve::{ClientAddress, ShutdownSignal};
use crate::tasks::Tasks;
use avocet_context::{RequestId, TraceContext};

/// Extracts a value that the server provides: a type that is [`OfRequest`].
///
/// - **Rejects** never.
/// - **Document**: what the type [describes](OfRequest::describe), usually nothing.
///
/// ```
/// use avocet::extract::Request;
/// use avocet::operation::Operation;
/// use avocet::tasks::Tasks;
///
/// let route = Operation::get("/sum").handle((Request::<Tasks>::new(),), |(tasks,)| async move {
///     tasks.spawn_blocking(|_| (0..1000_u64).sum::<u64>()).await
///         .map_err(avocet::response::HttpError::from)
/// });
/// ```
#[derive(Debug)]
pub struct Request<T> {
    describe: fn(&mut Operation),
    take: fn(&mut RequestContext) -> T,
}

impl<T: OfRequest> Default for Request<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: OfRequest> Request<T> {
    /// Creates the extractor; its type determines the value.
    ///
    /// ```
    /// let draining = avocet::extract::Request::<avocet::serve::ShutdownSignal>::new();
    /// ```
    pub const fn new() -> Self {
        Self {
            describe: T::describe,
            take: T::of,
        }
    }
}

/// [`Request::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T: Send + 'static> Extractor for Request<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        (self.describe)(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        Ok((self.take)(context))
    }
}

/// A type for an argument with `#[request]`.
///
/// | type | meaning |
/// |---|---|
/// | [`Tasks`] | spawns work that ends with the request |
/// | [`Cleanup`], [`BackgroundTasks`] | runs code at the end of the request |
/// | [`ResponseParts`] | adds headers and cookies to the response |
/// | [`ShutdownSignal`] | signals that the server is shutting down; never does without a server |
/// | `Option<`[`ClientAddress`]`>` | the client's address; `None` without a server |
/// | [`Context`] | the request's deadline, cancellation, caller, id and trace, to take along to a task or a thread |
/// | [`RequestId`], `Option<`[`TraceContext`]`>` | the request's id and trace |
///
/// ```
/// use avocet::extract::{RequestContext, OfRequest};
///
/// /// The target as the client has sent it.
/// struct Target(String);
///
/// impl OfRequest for Target {
///     fn of(context: &mut RequestContext) -> Self {
///         Self(context.uri().to_string())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a `#[request]` argument",
    label = "not supported by `#[request]`",
    note = "`#[request]` takes `Tasks`, `Cleanup`, `BackgroundTasks`, `ResponseParts`, `ShutdownSignal`, `Context`, `RequestId`, `Option<TraceContext>` or `Option<ClientAddress>`; `#[extract]` takes a type with `FromContext` or an extractor of axum"
)]
pub trait OfRequest: Sized + Send + 'static {
    /// Returns the value for this request.
    fn of(context: &mut RequestContext) -> Self;

    /// Describes what it adds to the document; by default nothing.
    fn describe(operation: &mut Operation) {
        let _ = operation;
    }
}

impl OfRequest for Tasks {
    fn of(context: &mut RequestContext) -> Self {
        context.tasks()
    }
}

impl OfRequest for Cleanup {
    fn of(context: &mut RequestContext) -> Self {
        context.cleanup().clone()
    }

    /// A hook before the response can fail with any error.
    fn describe(operation: &mut Operation) {
        HttpError::describe(operation);
    }
}

impl OfRequest for BackgroundTasks {
    fn of(context: &mut RequestContext) -> Self {
        Self::new(context.cleanup().clone())
    }
}

impl OfRequest for ResponseParts {
    fn of(context: &mut RequestContext) -> Self {
        context.response_parts().clone()
    }
}

impl OfRequest for ShutdownSignal {
    fn of(context: &mut RequestContext) -> Self {
        let draining = context.draining().cloned();
        draining.unwrap_or_else(Self::never)
    }
}

impl OfRequest for RequestId {
    fn of(_: &mut RequestContext) -> Self {
        Self::current().unwrap_or_else(Self::generated)
    }
}

impl OfRequest for Option<TraceContext> {
    fn of(_: &mut RequestContext) -> Self {
        TraceContext::current()
    }
}

impl OfRequest for Context {
    fn of(_: &mut RequestContext) -> Self {
        Self::current()
    }
}

impl OfRequest for Option<ClientAddress> {
    fn of(context: &mut RequestContext) -> Self {
        context.client()
    }
}
