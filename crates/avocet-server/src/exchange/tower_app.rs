//! A tower service as the application of a server.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::exchange::body::ClientBody;
use crate::exchange::connection_info::ConnectionInfo;
use crate::exchange::http_app::HttpApp;

/// A `tower::Service` as an [`HttpApp`]: each request has its [`ConnectionInfo`] in its extensions.
///
/// The service is cloned for each request and is asked with `poll_ready` before it is called. A service that fails has its error
/// logged, and its client gets a 500 without a body.
#[derive(Clone, Debug)]
pub struct TowerApp<S>(S);

impl<S> TowerApp<S> {
    /// Wraps a service.
    ///
    /// ```
    /// # fn wrap<S>(service: S) -> avocet_server::TowerApp<S> {
    /// avocet_server::TowerApp::new(service)
    /// # }
    /// ```
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S, B> HttpApp for TowerApp<S>
where
    S: Service<Request<ClientBody>, Response = Response<B>, Error: fmt::Display, Future: Send>
        + Clone
        + Send
        + 'static,
    S::Future: 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Body = MaybeBody<B>;
    type ResponseFuture = TowerFuture<S>;

    fn handle(&self, mut request: Request<ClientBody>, info: &ConnectionInfo) -> TowerFuture<S> {
        request.extensions_mut().insert(info.clone());
        TowerFuture {
            state: State::Ready {
                service: self.0.clone(),
                request: Some(request),
            },
        }
    }
}

pin_project! {
    /// The pending response of a [`TowerApp`]. Dropping it cancels the service.
    ///
    /// ```
    /// # use avocet_server::{ClientBody, TowerFuture};
    /// fn cancel<S: tower_service::Service<http::Request<ClientBody>>>(response: TowerFuture<S>) {
    ///     drop(response);
    /// }
    /// ```
    pub struct TowerFuture<S: Service<Request<ClientBody>>> {
        #[pin]
        state: State<S, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, F> {
        /// The service is not ready yet.
        Ready { service: S, request: Option<Request<ClientBody>> },
        Called { #[pin] future: F },
    }
}

impl<S, B> Future for TowerFuture<S>
where
    S: Service<Request<ClientBody>, Response = Response<B>, Error: fmt::Display>,
{
    type Output = Result<Response<MaybeBody<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let outcome = match this.state.as_mut().project() {
                StateProjection::Ready { service, request } => {
                    match ready!(service.poll_ready(context)) {
                        Ok(()) => {
                            let Some(request) = request.take() else {
                                // The call panicked; there is no response to wait for.
                                return Poll::Pending;
                            };
                            let future = service.call(request);
                            this.state.set(State::Called { future });
                            continue;
                        }
                        Err(error) => Err(error),
                    }
                }
                StateProjection::Called { future } => ready!(future.poll(context)),
            };
            let response = outcome.map_or_else(
                |error| {
                    tracing::error!(%error, "the service failed");
                    let mut response = Response::new(MaybeBody { body: None });
                    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    response
                },
                |response| response.map(|body| MaybeBody { body: Some(body) }),
            );
            return Poll::Ready(Ok(response));
        }
    }
}

impl<S: Service<Request<ClientBody>>> fmt::Debug for TowerFuture<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerFuture").finish_non_exhaustive()
    }
}

pin_project! {
    /// The body of a service's response, or none if the service failed.
    ///
    /// ```
    /// # use avocet_server::MaybeBody;
    /// fn is_over<B: http_body::Body<Data = bytes::Bytes>>(body: &MaybeBody<B>) -> bool {
    ///     http_body::Body::is_end_stream(body)
    /// }
    /// ```
    #[derive(Debug)]
    pub struct MaybeBody<B> {
        #[pin]
        body: Option<B>,
    }
}

impl<B: Body<Data = Bytes>> Body for MaybeBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().body.as_pin_mut() {
            Some(body) => body.poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
