//! `Request`: what the server knows of a request beyond what the client has sent.

use super::{Extractor, Rejection, RequestContext};
use crate::operation::Operation;
use crate::serve::{ClientAddress, ShutdownSignal};
use crate::tasks::Tasks;

/// Takes what the server knows of the request: a type that is [`OfRequest`].
///
/// - **Rejects** never.
/// - **Document**: nothing.
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
    take: fn(&mut RequestContext) -> T,
}

impl<T: OfRequest> Default for Request<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: OfRequest> Request<T> {
    /// By its type.
    ///
    /// ```
    /// let draining = avocet::extract::Request::<avocet::serve::ShutdownSignal>::new();
    /// ```
    pub const fn new() -> Self {
        Self { take: T::of }
    }
}

/// What the type can do was kept by [`Request::new`], so that nothing is asked of it here again.
impl<T: Send + 'static> Extractor for Request<T> {
    type Value = T;

    fn describe(&self, _: &mut Operation) {}

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        Ok((self.take)(context))
    }
}

/// What an argument with `#[request]` can be.
///
/// | type | what it is |
/// |---|---|
/// | [`Tasks`] | spawns work that ends with the request |
/// | [`ShutdownSignal`] | tells that the server is stopping; without a server it never does |
/// | `Option<`[`ClientAddress`]`>` | where the client speaks from; nothing without a server |
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
    message = "`{Self}` is nothing that the server knows of a request",
    label = "not known of a request",
    note = "`#[request]` takes `Tasks`, `ShutdownSignal` or `Option<ClientAddress>`; `#[extract]` takes what axum can extract"
)]
pub trait OfRequest: Sized + Send + 'static {
    /// Takes it from a request on its way to a handler.
    fn of(context: &mut RequestContext) -> Self;
}

impl OfRequest for Tasks {
    fn of(context: &mut RequestContext) -> Self {
        context.tasks()
    }
}

impl OfRequest for ShutdownSignal {
    fn of(context: &mut RequestContext) -> Self {
        let draining = context.draining().cloned();
        draining.unwrap_or_else(|| Self::channel().1)
    }
}

impl OfRequest for Option<ClientAddress> {
    fn of(context: &mut RequestContext) -> Self {
        context.client()
    }
}
