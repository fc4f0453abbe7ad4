//! One exchange: a request goes into the application, its answer comes out.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;

use super::activity::{Activity, Open, Piece};
use super::body::ClientBody;
use super::connection_info::ConnectionInfo;
use super::host;
use super::remainder::Remainder;
use super::upgrade::{Handover, UpgradedFuture, offer};

/// What answers the requests of a server.
pub(crate) trait HttpApp: Clone + Send + 'static {
    /// The body of its answers.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
    /// The answer to come. Dropping it is how whoever works on it learns that the client has left.
    type DocumentedResponse: Future<Output = Result<Response<Self::Body>, Infallible>>
        + Send
        + 'static;

    /// Begins to answer: on HTTP/1 in the task of the connection, on HTTP/2 in that of the stream.
    fn handle(
        &self,
        request: Request<ClientBody>,
        connection_info: &Arc<ConnectionInfo>,
    ) -> Self::DocumentedResponse;
}

/// The application as one connection sees it.
#[derive(Debug)]
pub(super) struct HttpAppService<A> {
    pub(super) app: A,
    pub(super) activity: Arc<Activity>,
    pub(super) connection_info: Arc<ConnectionInfo>,
    /// What the connection goes on with when it speaks HTTP no longer.
    pub(super) rest: Handover<UpgradedFuture>,
}

impl<A: HttpApp> hyper::service::Service<Request<Incoming>> for HttpAppService<A> {
    type Response = Response<TrackedBody<A::Body>>;
    type Error = Infallible;
    type Future = DocumentedResponse<A>;

    fn call(&self, mut request: Request<Incoming>) -> DocumentedResponse<A> {
        self.activity.request_begins();
        let open = Some(self.activity.open());
        let in_pieces = request.version() == Version::HTTP_2;
        if let Err(status) = self.acceptable(&mut request) {
            self.connection_info.config.rejected(status);
            return DocumentedResponse {
                state: State::Rejected { status },
                open,
                in_pieces,
                rest: None,
            };
        }
        offer(request.extensions_mut(), &self.rest);
        let config = &self.connection_info.config;
        let (request, slot) = ClientBody::of(request, &config.limits, || self.activity.open());
        let state = if in_pieces {
            let (app, connection_info) = (self.app.clone(), Arc::clone(&self.connection_info));
            State::Waiting {
                begin: Some(Box::new(move || app.handle(request, &connection_info))),
            }
        } else {
            State::Running {
                future: self.app.handle(request, &self.connection_info),
            }
        };
        DocumentedResponse {
            state,
            open,
            in_pieces,
            rest: slot.map(|slot| (slot, config.remainder_time)),
        }
    }
}

impl<A> HttpAppService<A> {
    /// Looks at a head before the application sees it; the error is the status of the answer.
    fn acceptable(&self, request: &mut Request<Incoming>) -> Result<(), StatusCode> {
        // HTTP/1 heads with too many headers never come this far; HTTP/2 bounds only their bytes.
        if request.headers().len() > self.connection_info.config.limits.header_count {
            self.connection_info.config.limit_hit("head");
            return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
        if !host::settle(request) {
            tracing::debug!("which host this request is for is not beyond doubt");
            return Err(StatusCode::BAD_REQUEST);
        }
        Ok(())
    }
}

pin_project! {
    /// The answer to one request, on its way.
    pub(super) struct DocumentedResponse<A: HttpApp> {
        #[pin]
        state: State<A::DocumentedResponse, A::Body>,
        open: Option<Open>,
        // Whether its stream has a window of its own, as those of HTTP/2 have.
        in_pieces: bool,
        // Where the body is left if the answer comes before the end of that, and how long it is waited for then.
        rest: Option<(Handover<Incoming>, Duration)>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, B> {
        /// Refused before the application saw it.
        Rejected { status: StatusCode },
        /// On HTTP/2 not begun before the stream's own task is there: the connection's has all the others to read for.
        Waiting { begin: Option<Box<dyn FnOnce() -> F + Send>> },
        /// The application is at work.
        Running { #[pin] future: F },
        /// It has answered, and the rest of the request is waited for.
        Answered { answered: Box<Answered<B>> },
    }
}

struct Answered<B> {
    response: Option<Response<B>>,
    remainder: Remainder,
}

impl<A: HttpApp> Future for DocumentedResponse<A> {
    type Output = Result<Response<TrackedBody<A::Body>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Rejected { status } => {
                    let mut response = Response::new(TrackedBody {
                        body: None,
                        open: None,
                        in_pieces: false,
                        piece: None,
                    });
                    *response.status_mut() = *status;
                    if !*this.in_pieces {
                        close(&mut response);
                    }
                    return Poll::Ready(Ok(response));
                }
                StateProjection::Waiting { begin } => {
                    let Some(begin) = begin.take() else {
                        // It went with a call that panicked; there is no answer to come.
                        return Poll::Pending;
                    };
                    let future = begin();
                    this.state.set(State::Running { future });
                }
                StateProjection::Running { future } => {
                    let Ok(response) = ready!(future.poll(context));
                    let rest = this.rest.take();
                    let rest = rest.and_then(|(slot, patience)| Some((slot.take()?, patience)));
                    let Some((rest, patience)) = rest else {
                        let response =
                            counted_response(response, this.open.take(), *this.in_pieces);
                        return Poll::Ready(Ok(response));
                    };
                    let answered = Box::new(Answered {
                        response: Some(response),
                        remainder: Remainder::of(rest, patience),
                    });
                    this.state.set(State::Answered { answered });
                }
                StateProjection::Answered { answered } => {
                    ready!(Pin::new(&mut answered.remainder).poll(context));
                    let Some(response) = answered.response.take() else {
                        return Poll::Pending;
                    };
                    let response = counted_response(response, this.open.take(), *this.in_pieces);
                    return Poll::Ready(Ok(response));
                }
            }
        }
    }
}

/// What the application has answered, as the connection sends it.
fn counted_response<B>(
    mut response: Response<B>,
    open: Option<Open>,
    in_pieces: bool,
) -> Response<TrackedBody<B>> {
    let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if let Some(activity) = open.as_ref().map(Open::activity) {
        if is_upgrade {
            activity.changes_hands();
        }
        // HTTP/2 has no such header, and a connection that changes hands ends otherwise.
        if activity.is_leaving() && !in_pieces && !is_upgrade {
            close(&mut response);
        }
    }
    // The head is the first piece: an answer whose body is never asked for is not taken either.
    let piece = open.as_ref().filter(|_| in_pieces).map(Open::piece);
    response.map(|body| TrackedBody {
        body: Some(body),
        open,
        in_pieces,
        piece,
    })
}

/// Makes an answer the last one of its HTTP/1 connection.
fn close<B>(response: &mut Response<B>) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}

pin_project! {
    /// The body of an answer; the exchange is open for as long as this lives.
    #[derive(Debug)]
    pub(super) struct TrackedBody<B> {
        #[pin]
        body: Option<B>,
        open: Option<Open>,
        in_pieces: bool,
        // The last piece that was asked for. hyper asks for the next one when the client has made room for it.
        piece: Option<Piece>,
    }
}

impl<B: Body> Body for TrackedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        *this.piece = None;
        let Some(body) = this.body.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let frame = ready!(body.poll_frame(context));
        if *this.in_pieces && frame.is_some() {
            *this.piece = this.open.as_ref().map(Open::piece);
        }
        Poll::Ready(frame)
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
