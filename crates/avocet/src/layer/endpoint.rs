//! `Endpoint`: the type-erased service that a layer wraps.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use tower_service::Service;

use super::middleware::Request;
use crate::extract::ReceivedBody;
use crate::response::{BodyError, ErrorFormat, HttpError, Response, ResponseBody};

type Running = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The service that a layer wraps: the inner layers and the handler. A clone is one pointer.
///
/// ```
/// use std::time::Duration;
///
/// use avocet::layer::Endpoint;
///
/// /// A layer is anything that makes a service from an endpoint.
/// #[derive(Clone)]
/// struct Identity;
///
/// impl tower_layer::Layer<Endpoint> for Identity {
///     type Service = Endpoint;
///
///     fn layer(&self, inner: Endpoint) -> Endpoint {
///         inner
///     }
/// }
///
/// let app = avocet::App::new("Layered", "1.0.0").layer(Identity);
/// ```
#[derive(Clone)]
pub struct Endpoint(Arc<Call>);

type Call = dyn Fn(Request) -> Running + Send + Sync;

/// An endpoint that its inside can hold without keeping it alive.
#[derive(Clone)]
pub(crate) struct WeakEndpoint(Weak<Call>);

impl WeakEndpoint {
    pub(crate) fn upgrade(&self) -> Option<Endpoint> {
        self.0.upgrade().map(Endpoint)
    }
}

impl fmt::Debug for WeakEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakEndpoint").finish_non_exhaustive()
    }
}

impl Endpoint {
    pub(crate) fn new(call: impl Fn(Request) -> Running + Send + Sync + 'static) -> Self {
        Self(Arc::new(call))
    }

    /// Erases the type of a service. An error of the service is logged, and becomes a 500.
    pub(crate) fn of<S, B>(service: S, errors: ErrorFormat) -> Self
    where
        S: Service<http::Request<ReceivedBody>, Response = http::Response<B>>,
        S: Clone + Send + Sync + 'static,
        S::Error: Into<BodyError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        Self::new(move |request| {
            let mut service = service.clone();
            Box::pin(async move {
                let ready = poll_fn(|context| service.poll_ready(context)).await;
                let outcome = match ready.map_err(Into::into) {
                    Ok(()) => service.call(request.into_inner()).await.map_err(Into::into),
                    Err(error) => Err::<_, BodyError>(error),
                };
                match outcome {
                    Ok(response) => response.map(response_body),
                    Err(error) => HttpError::internal(error).into_response(errors),
                }
            })
        })
    }

    pub(crate) fn downgrade(&self) -> WeakEndpoint {
        WeakEndpoint(Arc::downgrade(&self.0))
    }

    #[inline]
    pub(crate) fn run(&self, request: Request) -> Running {
        (self.0)(request)
    }
}

/// Converts the body of a layer's response; one of this framework stays as it is.
fn response_body<B>(body: B) -> ResponseBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    let mut body = Some(body);
    let own = (&mut body as &mut dyn Any).downcast_mut::<Option<ResponseBody>>();
    match own.and_then(Option::take) {
        Some(body) => body,
        None => match body {
            Some(body) if !body.is_end_stream() => ResponseBody::stream(body),
            _ => ResponseBody::empty(),
        },
    }
}

impl<B> Service<http::Request<B>> for Endpoint
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> EndpointFuture {
        EndpointFuture(self.run(request.map(ReceivedBody::new).into()))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

/// The pending response of an [`Endpoint`]. Dropping it cancels what runs inside.
///
/// ```
/// fn cancel(response: avocet::layer::EndpointFuture) {
///     drop(response);
/// }
/// ```
pub struct EndpointFuture(Running);

impl Future for EndpointFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context).map(Ok)
    }
}

impl fmt::Debug for EndpointFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointFuture").finish_non_exhaustive()
    }
}
