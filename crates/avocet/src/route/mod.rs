//! An operation with its handler, and routers of several.

mod router;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::depend::Requirement;
use crate::extract::{Extractors, Rejection, RequestContext};
use crate::layer::Layers;
use crate::operation::Operation;
use crate::report::{self, RejectionReason};
use crate::response::{Responder, Response};

pub use router::Router;

/// An operation with its type-erased handler, which takes a request context and returns a response.
///
/// ```
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/").handle((), |()| async { "hello" });
/// assert_eq!(route.operation().path, "/");
/// ```
#[derive(Clone)]
pub struct Route {
    pub(crate) operation: Operation,
    pub(crate) handler: Handler,
    /// The layers around the handler.
    pub(crate) layers: Layers,
    /// What runs before the handler, the outermost first.
    requirements: Vec<Requirement>,
    /// Whether the handler reports the validation errors of its requirements together with its own.
    collects_errors: bool,
}

/// The type-erased handler. When the client disconnects, its future is dropped.
pub type Handler =
    Arc<dyn Fn(RequestContext) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

impl Route {
    /// Creates a route whose handler reads the request itself. The operation must describe it: nothing is derived from the handler.
    ///
    /// ```
    /// use avocet::operation::Operation;
    /// use avocet::route::Route;
    /// use avocet::response::ResponseBody;
    ///
    /// let route = Route::opaque(Operation::get("/raw").hidden(), |_call| async {
    ///     http::Response::new(ResponseBody::full("raw"))
    /// });
    /// ```
    pub fn opaque<F, Fut>(mut operation: Operation, handler: F) -> Self
    where
        F: Fn(RequestContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response> + Send + 'static,
    {
        operation.merge_responses();
        Self {
            operation,
            handler: Arc::new(move |context| Box::pin(handler(context))),
            layers: Layers::default(),
            requirements: Vec::new(),
            collects_errors: false,
        }
    }

    /// Creates a route whose handler rejects a request that already has validation errors.
    pub(crate) fn erased<F, Fut>(operation: Operation, handler: F) -> Self
    where
        F: Fn(RequestContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response> + Send + 'static,
    {
        Self {
            collects_errors: true,
            ..Self::opaque(operation, handler)
        }
    }

    /// Adds a dependency that runs before the handler, inside those of its routers.
    ///
    /// ```
    /// use avocet::depend::Requirement;
    /// use avocet::operation::Operation;
    /// use avocet::prelude::*;
    ///
    /// #[dependency]
    /// async fn admin(#[header] x_role: String) -> Result<(), HttpError> {
    ///     if x_role == "admin" { Ok(()) } else { Err(avocet::security::forbidden("Not an admin")) }
    /// }
    ///
    /// let route = Operation::get("/admin").handle((), |()| async { 1 }).requires(Requirement::of::<admin>());
    /// assert_eq!(route.operation().parameters[0].name, "x-role");
    /// ```
    pub fn requires(mut self, requirement: Requirement) -> Self {
        self.require_at(self.requirements.len(), requirement);
        self
    }

    /// Adds requirements outside those that are there.
    pub(crate) fn require_first(&mut self, requirements: &[Requirement]) {
        for (index, requirement) in requirements.iter().enumerate() {
            self.require_at(index, requirement.clone());
        }
    }

    fn require_at(&mut self, index: usize, requirement: Requirement) {
        requirement.describe(&mut self.operation);
        self.operation.merge_responses();
        self.requirements.insert(index, requirement);
    }

    /// Returns the handler behind its requirements.
    pub(crate) fn required_handler(&self) -> Handler {
        if self.requirements.is_empty() {
            return Arc::clone(&self.handler);
        }
        let requirements: Arc<[Requirement]> = self.requirements.clone().into();
        let (handler, collects_errors) = (Arc::clone(&self.handler), self.collects_errors);
        Arc::new(move |mut context| {
            let (requirements, handler) = (Arc::clone(&requirements), Arc::clone(&handler));
            Box::pin(async move {
                for requirement in &*requirements {
                    match requirement.check(&mut context).await {
                        Ok(()) | Err(Rejection::Invalid) => {}
                        Err(error) => return reject(context, error).await,
                    }
                }
                if context.has_errors() && !collects_errors {
                    return reject(context, Rejection::Invalid).await;
                }
                handler(context).await
            })
        })
    }

    /// Returns the contract.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// let route = Operation::get("/").handle((), |()| async { 1 });
    /// assert_eq!(route.operation().method, http::Method::GET);
    /// ```
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    pub(crate) fn operation_mut(&mut self) -> &mut Operation {
        &mut self.operation
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl Operation {
    /// Completes the operation with its arguments and its handler.
    ///
    /// The arguments and the response first describe themselves in the operation; then the handler's type is erased.
    ///
    /// ```
    /// use avocet::extract::{Path, Query};
    /// use avocet::operation::Operation;
    ///
    /// let route = Operation::get("/power/{base}").id("power").handle(
    ///     (Path::<u64>::new("base"), Query::<u32>::new("exponent").default(|| 2)),
    ///     |(base, exponent)| async move { base.pow(exponent) },
    /// );
    /// assert_eq!(route.operation().parameters.len(), 2);
    /// ```
    pub fn handle<A, F, Fut, R>(mut self, arguments: A, handler: F) -> Route
    where
        A: Extractors,
        F: Fn(A::Values) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send,
        R: Responder,
    {
        arguments.describe(&mut self);
        R::describe(&mut self);
        let served = Arc::new((arguments, handler));
        Route::erased(self, move |mut context| {
            let served = Arc::clone(&served);
            async move {
                let (arguments, handler) = &*served;
                let rejection = match arguments.extract(&mut context).await {
                    Ok(_) if context.has_errors() => Rejection::Invalid,
                    Ok(values) => match context.release_body() {
                        Ok(()) => {
                            let response = handler(values).await;
                            let response = response.respond(context.response_context()).await;
                            return match context.ending() {
                                None => response,
                                Some(ending) => ending.finish(response).await,
                            };
                        }
                        Err(error) => error.into(),
                    },
                    Err(rejection) => rejection,
                };
                rejected(context, rejection).await
            }
        })
    }
}

impl Operation {
    /// Adds a request that the application sends because of this operation, for the document's `callbacks`. The attribute setting is
    /// `callbacks(notice_sent)`.
    ///
    /// The path of the route is a [runtime expression](https://spec.openapis.org/oas/v3.1.1.html#runtime-expressions) for the URL, its
    /// arguments are what the receiver reads, and its return type is the response that the application expects. The function is never
    /// called. The name of the callback is that of the function, or the id of an operation without one.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[model]
    /// struct Notice { text: String }
    ///
    /// #[post("{$request.query.target}/notices", outgoing)]
    /// async fn notice_sent(#[body] notice: Notice) {}
    ///
    /// #[post("/notices", callbacks(notice_sent))]
    /// async fn hang_notice(#[query] target: String) {}
    ///
    /// let app = App::new("Town", "1.0.0").routes(routes![hang_notice]).build()?;
    /// let callbacks = &app.openapi()["paths"]["/notices"]["post"]["callbacks"];
    /// assert_eq!(callbacks["notice_sent"]["{$request.query.target}/notices"]["post"]["operationId"], "notice_sent");
    /// # Ok::<(), avocet::BuildError>(())
    /// ```
    pub fn callback(mut self, request: impl IntoRoute) -> Self {
        self.callbacks.push(request.into_route().operation);
        self
    }
}

/// The same as [`reject`], boxed, so that the futures of handlers have no room for it.
fn rejected(
    context: RequestContext,
    rejection: Rejection,
) -> Pin<Box<dyn Future<Output = Response> + Send>> {
    Box::pin(reject(context, rejection))
}

/// Returns the response to a request that an extractor rejected. An error of the server, such as a full disk, does not
/// count as a rejected request.
pub(crate) async fn reject(mut context: RequestContext, rejection: Rejection) -> Response {
    let (error, reason) = match rejection {
        Rejection::Invalid => {
            let error = context.take_errors_as_error();
            (error, Some(RejectionReason::Validation))
        }
        Rejection::Error(error) => {
            let reason = error.rejection();
            (error, reason)
        }
    };
    if let Some(reason) = reason {
        report::rejected(reason);
    }
    let response = context.response_context().error_response(error).await;
    match context.ending() {
        None => response,
        Some(ending) => ending.finish(response).await,
    }
}

/// A value that can be added to an application: the name of a function with a route attribute, or a [`Route`] built without macros.
///
/// ```
/// use avocet::operation::Operation;
/// use avocet::route::IntoRoute;
///
/// let route = Operation::get("/").handle((), |()| async { 1 }).into_route();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a route",
    label = "not a route",
    note = "write `#[get(\"/path\")]`, `#[post(..)]` or another method above the function that is named here"
)]
pub trait IntoRoute {
    /// Converts the value to a route.
    fn into_route(self) -> Route;
}

impl IntoRoute for Route {
    fn into_route(self) -> Route {
        self
    }
}
