//! `HttpApp`: the application of a server; and one exchange: passes a request to it and returns its response.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Version, header};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;

use crate::connection::activity::{Activity, Open, Piece};
use crate::exchange::body::ClientBody;
use crate::exchange::connection_info::ConnectionInfo;
use crate::exchange::heartbeat_bytes::HeartbeatBytes;
use crate::exchange::host;
use crate::exchange::rejection::ServerRejection;
use crate::exchange::remainder::Remainder;
use crate::exchange::shared_slot::SharedSlot;
use crate::exchange::upgrade::{UpgradedFuture, offer};
use crate::io::unread::Left;
use crate::observer::RejectionReason;

/// The application that responds to the requests of a server.
///
/// [`Server::serve`](crate::Server::serve) takes any `tower::Service` instead, which is right for nearly every application. This trait is
/// for a framework: the connection info is passed beside the request, and the responses to requests that the server itself
/// rejects have the application's format.
///
/// ```
/// use std::convert::Infallible;
/// use std::future::{Ready, ready};
///
/// use avocet_server::{ClientBody, ConnectionInfo, HttpApp, ServerRejection};
/// use http::{Request, Response};
///
/// #[derive(Clone)]
/// struct Hello;
///
/// impl HttpApp for Hello {
///     type Body = String;
///     type ResponseFuture = Ready<Result<Response<String>, Infallible>>;
///
///     fn handle(&self, request: Request<ClientBody>, info: &ConnectionInfo) -> Self::ResponseFuture {
///         ready(Ok(Response::new(format!("hello, {}", info.client(request.headers())))))
///     }
///
///     fn reject(&self, rejection: &ServerRejection) -> Option<Response<String>> {
///         let mut response = Response::new(rejection.detail().to_string());
///         *response.status_mut() = rejection.status();
///         Some(response)
///     }
/// }
/// ```
pub trait HttpApp: Clone + Send + 'static {
    /// The body of its responses.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
    /// The pending response. It is dropped when the client disconnects.
    type ResponseFuture: Future<Output = Result<Response<Self::Body>, Infallible>> + Send + 'static;

    /// Starts the response: on HTTP/1 in the task of the connection, on HTTP/2 in that of the stream.
    fn handle(
        &self,
        request: Request<ClientBody>,
        connection_info: &ConnectionInfo,
    ) -> Self::ResponseFuture;

    /// Returns the response to a request that the server rejects itself; `None` for one without a body.
    fn reject(&self, _rejection: &ServerRejection) -> Option<Response<Self::Body>> {
        None
    }
}

/// How many bytes of an unread body are read after the response, so that the connection can be used again.
const READ_AWAY: usize = 1024 * 1024;

/// The application of one connection.
#[derive(Debug)]
pub(crate) struct HttpAppService<A> {
    pub(crate) app: A,
    pub(crate) activity: Arc<Activity>,
    pub(crate) connection_info: ConnectionInfo,
    /// The future that continues with the connection after an upgrade.
    pub(crate) rest: SharedSlot<UpgradedFuture>,
}

impl<A: HttpApp> hyper::service::Service<Request<Incoming>> for HttpAppService<A> {
    type Response = Response<TrackedBody<A::Body>>;
    type Error = Infallible;
    type Future = ResponseFuture<A>;

    fn call(&self, mut request: Request<Incoming>) -> ResponseFuture<A> {
        self.activity.request_begins();
        let open = Some(self.activity.open());
        let version = request.version();
        if let Err(rejection) = self.acceptable(&mut request) {
            self.connection_info.config().rejected(rejection.reason);
            return ResponseFuture {
                state: State::Rejected {
                    response: Some(Box::new(rejected(&self.app, &rejection))),
                },
                open,
                version,
                rest: None,
                with_body: None,
            };
        }
        offer(request.extensions_mut(), &self.rest);
        let config = self.connection_info.config();
        let (request, slot) = ClientBody::of(request, &config.limits, || self.activity.open());
        let is_http2 = version == Version::HTTP_2;
        let has_body = !is_http2 && !request.body().is_end_stream();
        let with_body = has_body.then(|| WithBody {
            app: self.app.clone(),
            connection_info: self.connection_info.clone(),
            is_last: is_last(request.headers(), version),
        });
        let state = if is_http2 {
            let (app, connection_info) = (self.app.clone(), self.connection_info.clone());
            State::Waiting {
                begin: Some(Box::new(move || app.handle(request, &connection_info))),
            }
        } else {
            State::Running {
                future: self.app.handle(request, &self.connection_info),
            }
        };
        ResponseFuture {
            state,
            open,
            version,
            with_body,
            rest: slot.map(|slot| (slot, config.remainder_time)),
        }
    }
}

impl<A> HttpAppService<A> {
    /// Checks a head before the application sees it.
    fn acceptable(&self, request: &mut Request<Incoming>) -> Result<(), ServerRejection> {
        if let Some(rejection) = self.activity.rejection() {
            if matches!(
                rejection.reason,
                RejectionReason::HeadTooLarge | RejectionReason::TargetTooLong
            ) {
                self.connection_info.config().limit_hit("head");
            }
            return Err(rejection.clone());
        }
        // HTTP/1 heads with too many headers are rejected earlier; HTTP/2 bounds only their bytes.
        let (count, limit) = (
            request.headers().len(),
            self.connection_info.config().limits.header_count,
        );
        if count > limit {
            self.connection_info.config().limit_hit("head");
            return Err(ServerRejection::head_too_large(format!(
                "The request has {count} headers, over the limit of {limit}"
            )));
        }
        if !host::settle(request) {
            tracing::debug!("the host of a request is ambiguous");
            return Err(ServerRejection::malformed(
                "The request should name its host once, as `host` or `host:port`",
            ));
        }
        Ok(())
    }
}

pin_project! {
    /// The pending response to one request.
    pub(crate) struct ResponseFuture<A: HttpApp> {
        #[pin]
        state: State<A::ResponseFuture, A::Body>,
        open: Option<Open>,
        version: Version,
        // The state of an HTTP/1 request with a body.
        with_body: Option<WithBody<A>>,
        // The slot of an unfinished body, and how long the response waits for its rest.
        rest: Option<(SharedSlot<Incoming>, Duration)>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, B> {
        /// Rejected before the application is called.
        Rejected { response: Option<Box<Response<Option<B>>>> },
        /// On HTTP/2, not started before the stream's own task runs: the connection's task reads for all streams.
        Waiting { begin: Option<Box<dyn FnOnce() -> F + Send>> },
        /// The handler runs.
        Running { #[pin] future: F },
        /// The application has returned the response, which waits for the rest of the request.
        Answered { answered: Box<Answered<B>> },
    }
}

struct Answered<B> {
    response: Option<Response<B>>,
    remainder: Option<Remainder>,
    /// How many bytes of the rest are read on HTTP/1 while the response is sent.
    most: usize,
}

/// The state of an HTTP/1 request with a body, beside its handler.
struct WithBody<A> {
    /// Responds in place of the handler when an unread body exceeds its limit.
    app: A,
    connection_info: ConnectionInfo,
    /// Whether this is the client's last request on the connection.
    is_last: bool,
}

/// Returns whether the client declares this request to be its last one.
fn is_last(headers: &HeaderMap, version: Version) -> bool {
    let lines = headers.get_all(header::CONNECTION).iter();
    let words = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let mut is_last = version == Version::HTTP_10;
    for word in words.map(<[u8]>::trim_ascii) {
        if word.eq_ignore_ascii_case(b"close") {
            return true;
        }
        is_last &= !word.eq_ignore_ascii_case(b"keep-alive");
    }
    is_last
}

/// Returns the rest of an HTTP/1 body to wait for, with the maximum number of bytes and the maximum time; and whether the
/// response becomes the last one of its connection because of it.
fn left_behind<A>(
    activity: &Activity,
    request: Option<&WithBody<A>>,
) -> (Option<(Incoming, usize, Duration)>, bool) {
    if activity.progress().is_body_broken() {
        return (None, true);
    }
    match activity.unread().left() {
        Left::Nothing => (None, false),
        Left::Bytes(bytes) => {
            let is_last = request.is_none_or(|request| request.is_last);
            let ends = is_last || bytes > READ_AWAY as u64;
            if !ends {
                activity.unread().allow(READ_AWAY);
            }
            (None, ends)
        }
        Left::Unreadable => (None, true),
        Left::Unknown => match (activity.unread().take(), request) {
            (Some((rest, most)), Some(request)) => {
                let patience = request.connection_info.config().remainder_time;
                (Some((rest, most, patience)), false)
            }
            _ => (None, true),
        },
    }
}

/// Returns the response to a request that is rejected in place of calling a handler.
fn rejected<A: HttpApp>(app: &A, rejection: &ServerRejection) -> Response<Option<A::Body>> {
    app.reject(rejection).map_or_else(
        || {
            let mut response = Response::new(None);
            *response.status_mut() = rejection.status;
            response
        },
        |response| response.map(Some),
    )
}

impl<A: HttpApp> WithBody<A> {
    /// Returns the response to an unread body that exceeds its limit.
    fn too_large(&self) -> Response<Option<A::Body>> {
        let rejection = ServerRejection::body_too_large(self.connection_info.body_limit());
        self.connection_info.config().limit_hit("body_bytes");
        self.connection_info.config().rejected(rejection.reason);
        rejected(&self.app, &rejection)
    }
}

impl<A: HttpApp> Future for ResponseFuture<A> {
    type Output = Result<Response<TrackedBody<A::Body>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Rejected { response } => {
                    let Some(response) = response.take() else {
                        return Poll::Pending;
                    };
                    let response =
                        counted_response(*response, this.open.take(), *this.version, true);
                    return Poll::Ready(Ok(response));
                }
                StateProjection::Waiting { begin } => {
                    let Some(begin) = begin.take() else {
                        // The future was lost in a panic; there is no response to wait for.
                        return Poll::Pending;
                    };
                    let future = begin();
                    this.state.set(State::Running { future });
                }
                StateProjection::Running { future } => {
                    let activity = this.open.as_ref().map(Open::activity);
                    if activity.is_some_and(|activity| activity.progress().is_flooded())
                        && let Some(request) = this.with_body.take()
                    {
                        let response = Some(Box::new(request.too_large()));
                        this.state.set(State::Rejected { response });
                        continue;
                    }
                    let Ok(response) = ready!(future.poll(context));
                    let (rest, ends) = match this.rest.take() {
                        Some((slot, patience)) => {
                            (slot.take().map(|rest| (rest, 0, patience)), false)
                        }
                        None => match activity {
                            Some(activity) if *this.version != Version::HTTP_2 => {
                                left_behind(activity, this.with_body.as_ref())
                            }
                            _ => (None, false),
                        },
                    };
                    let Some((rest, most, patience)) = rest else {
                        let response = response.map(Some);
                        let response =
                            counted_response(response, this.open.take(), *this.version, ends);
                        return Poll::Ready(Ok(response));
                    };
                    let answered = Box::new(Answered {
                        response: Some(response),
                        remainder: Some(Remainder::of(rest, patience)),
                        most,
                    });
                    this.state.set(State::Answered { answered });
                }
                StateProjection::Answered { answered } => {
                    let Some(remainder) = &mut answered.remainder else {
                        return Poll::Pending;
                    };
                    let is_whole = ready!(Pin::new(remainder).poll(context));
                    let (Some(response), Some(remainder)) =
                        (answered.response.take(), answered.remainder.take())
                    else {
                        return Poll::Pending;
                    };
                    if let Some(activity) = this.open.as_ref().map(Open::activity)
                        && *this.version != Version::HTTP_2
                    {
                        if remainder.taken() > answered.most
                            && response.status().is_success()
                            && let Some(request) = this.with_body.take()
                        {
                            let response = Some(Box::new(request.too_large()));
                            this.state.set(State::Rejected { response });
                            continue;
                        }
                        if is_whole {
                            activity.unread().over();
                        } else {
                            activity
                                .unread()
                                .leave(remainder.into_body(), answered.most);
                        }
                    }
                    let response = response.map(Some);
                    let response =
                        counted_response(response, this.open.take(), *this.version, !is_whole);
                    return Poll::Ready(Ok(response));
                }
            }
        }
    }
}

/// Converts the application's response for the connection; `ends` if an HTTP/1 connection ends with it.
fn counted_response<B: Body>(
    mut response: Response<Option<B>>,
    open: Option<Open>,
    version: Version,
    ends: bool,
) -> Response<TrackedBody<B>> {
    let in_pieces = version == Version::HTTP_2;
    let mut sign = None;
    if let Some(activity) = open.as_ref().map(Open::activity) {
        let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if is_upgrade {
            activity.changes_hands();
        }
        // HTTP/2 has no such header, and an upgraded connection ends differently.
        if !in_pieces && !is_upgrade {
            sign = sign_of_life(&mut response);
            let ends = ends
                || activity.is_leaving()
                || (version == Version::HTTP_10 && ends_with_connection(&response));
            if ends {
                close(&mut response, version);
            }
            activity.progress().response(sign.is_some(), !ends);
        }
    }
    // The head is the first piece: a client that never requests the body does not read the response either.
    let piece = open.as_ref().filter(|_| in_pieces).map(Open::piece);
    response.map(|body| TrackedBody {
        body,
        open,
        in_pieces,
        piece,
        sign,
    })
}

/// Removes the heartbeat bytes of a response, unless the response was encoded on the way.
fn sign_of_life<B>(response: &mut Response<B>) -> Option<HeartbeatBytes> {
    let sign = response.extensions_mut().remove::<HeartbeatBytes>()?;
    let is_encoded = response.headers().contains_key(header::CONTENT_ENCODING);
    (!is_encoded).then_some(sign)
}

/// Returns whether an HTTP/1.0 response is delimited by the end of the connection, or the application has requested the close.
fn ends_with_connection<B: Body>(response: &Response<Option<B>>) -> bool {
    let body = response.body().as_ref();
    let has_length = body.is_none_or(|body| body.size_hint().exact().is_some())
        || response.headers().contains_key(header::CONTENT_LENGTH);
    let said = response.headers().get(header::CONNECTION);
    !has_length || said.is_some_and(|said| said.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// Makes a response the last one of its HTTP/1 connection.
fn close<B>(response: &mut Response<B>, version: Version) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    if version == Version::HTTP_10 {
        // hyper would add `keep-alive` to a response of a later version.
        *response.version_mut() = version;
    }
}

pin_project! {
    /// The body of a response; the exchange is open until this is dropped.
    #[derive(Debug)]
    pub(crate) struct TrackedBody<B> {
        #[pin]
        body: Option<B>,
        open: Option<Open>,
        in_pieces: bool,
        // The last requested piece. hyper requests the next one when the client has made room for it.
        piece: Option<Piece>,
        sign: Option<HeartbeatBytes>,
    }
}

impl<B: Body<Data = Bytes>> Body for TrackedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        *this.piece = None;
        let Some(body) = this.body.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let polled = body.poll_frame(context);
        let Some(open) = this.open.as_ref() else {
            return polled;
        };
        if *this.in_pieces {
            if matches!(polled, Poll::Ready(Some(_))) {
                *this.piece = Some(open.piece());
            }
            return polled;
        }
        let progress = open.activity().progress();
        if polled.is_ready() {
            progress.piece();
            return polled;
        }
        match this.sign {
            Some(HeartbeatBytes(sign)) if progress.sign_is_due() => {
                progress.piece();
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(sign)))))
            }
            _ => {
                progress.wait();
                Poll::Pending
            }
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
