//! `Socket`: the extractor that provides the `WebSocket` of a handler.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use http::StatusCode;

use super::channel::Channel;
use super::conversation::{Conversation, Handling, close_of};
use super::handshake::Handshake;
use super::wire::Wire;
use super::{Close, Closed, Incoming, Outgoing, WebSocket, WebSocketConfig};
use crate::extract::{Extractor, Rejection, RequestContext};
use crate::model::Schemas;
use crate::observe::{AfterResponse, WebSocketMeter};
use crate::operation::{DocumentedResponse, Messages, Operation};
use crate::response::{ErrorFormat, HttpError, Response};
use avocet_server::{SharedSlot, ShutdownSignal, Upgrade};

/// Extracts the socket of a WebSocket request.
///
/// - **Rejects** other requests with 426 or 400, and pages from origins that are not allowed with 403
///   ([`Origins`](crate::operation::Origins)).
/// - **Request**: `GET /ws` with `Upgrade: websocket`.
/// - **Document**: `x-websocket` with the messages of both directions, and the response 101.
///
/// ```
/// use avocet::operation::Operation;
/// use avocet::websocket::{Closed, Message, Socket};
///
/// let route = Operation::websocket("/echo").handle_websocket((Socket::<Message>::new(),), |(mut socket,)| async move {
///     while let Some(message) = socket.recv().await {
///         socket.send(message).await?;
///     }
///     Ok::<_, Closed>(())
/// });
/// ```
#[derive(Debug)]
pub struct Socket<In, Out = In> {
    receives: fn(&mut Schemas) -> Messages,
    sends: fn(&mut Schemas) -> Messages,
    open: fn(Arc<Channel>, usize, Option<String>) -> WebSocket<In, Out>,
}

impl<In: Incoming, Out: Outgoing> Default for Socket<In, Out> {
    fn default() -> Self {
        Self::new()
    }
}

impl<In: Incoming, Out: Outgoing> Socket<In, Out> {
    /// Creates the extractor for these message types.
    ///
    /// ```
    /// let socket = avocet::websocket::Socket::<String, Vec<f32>>::new();
    /// ```
    pub const fn new() -> Self {
        Self {
            receives: In::describe,
            sends: Out::describe,
            open: WebSocket::new,
        }
    }
}

/// [`Socket::new`] stores what the type can do, so the bounds are not repeated here.
impl<In: Send + 'static, Out: Send + 'static> Extractor for Socket<In, Out> {
    type Value = WebSocket<In, Out>;

    fn describe(&self, operation: &mut Operation) {
        let receives = (self.receives)(&mut operation.schemas);
        let sends = (self.sends)(&mut operation.schemas);
        let contract = operation.websocket.get_or_insert_default();
        if contract.receives.is_some() {
            let mistake = "two arguments take the WebSocket, but a request has one";
            operation.mistakes.push(mistake.to_owned());
        }
        contract.receives = Some(receives);
        contract.sends = Some(sends);
        let mut response = DocumentedResponse::new(StatusCode::SWITCHING_PROTOCOLS);
        "The connection is a WebSocket from here on".clone_into(&mut response.description);
        operation.responses.push(response);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Self::Value, Rejection> {
        let Some(config) = context.response_context().kept::<WebSocketConfig>() else {
            let reason = "a route without a WebSocket took a socket";
            return Err(HttpError::internal(reason).into());
        };
        let handshake = Handshake::check(context, config)?;
        let Some(upgrade) = context.upgrade() else {
            let reason = "the server of this application cannot upgrade connections";
            return Err(HttpError::internal(reason).into());
        };
        let channel = Arc::new(Channel::default());
        let subprotocol = handshake.subprotocol().map(str::to_owned);
        let socket = (self.open)(Arc::clone(&channel), context.json_depth(), subprotocol);
        let opening = Opening {
            handshake,
            upgrade,
            channel,
            bounds: config.bounds,
            meter: config.meter.clone(),
            draining: context.draining().cloned(),
            errors: context.response_context().error_format(),
        };
        context.attach(opening);
        Ok(socket)
    }
}

/// A requested WebSocket that is not yet accepted.
#[derive(Debug)]
pub(crate) struct Opening {
    handshake: Handshake,
    upgrade: Upgrade,
    channel: Arc<Channel>,
    bounds: super::wire::Bounds,
    meter: WebSocketMeter,
    draining: Option<ShutdownSignal>,
    errors: ErrorFormat,
}

impl Opening {
    /// Runs the handler until it uses the socket or ends, and returns the response.
    pub(crate) async fn response(self, mut handling: Handling) -> Response {
        let ended = poll_fn(|context| {
            loop {
                self.channel.begin_round(context);
                if let Poll::Ready(outcome) = handling.as_mut().poll(context) {
                    return Poll::Ready(Some(outcome));
                }
                if self.channel.is_used() {
                    return Poll::Ready(None);
                }
                if !self.channel.another_round() {
                    return Poll::Pending;
                }
            }
        })
        .await;
        let handling = match ended {
            None => Some(handling),
            // Nothing has been sent yet, so the error can become a response as on any route.
            Some(Err(error)) if !self.channel.is_used() && !is_end(&error) => {
                return error.into_response(self.errors);
            }
            Some(outcome) => {
                drop(handling);
                self.channel.close(close_of(outcome));
                None
            }
        };
        let Self {
            handshake,
            upgrade,
            channel,
            bounds,
            meter,
            draining,
            ..
        } = self;
        // The exchange ends with the response, and leaves its data that the conversation needs here.
        let after_response = SharedSlot::<AfterResponse>::new();
        let mut response = handshake.response();
        response.extensions_mut().insert(after_response.clone());
        upgrade.accept(Box::new(move |io| {
            let wire = Wire::new(io, Arc::clone(&channel), bounds, meter.opened());
            let conversation = Conversation::new(wire, handling, channel, bounds, draining);
            let request = after_response.take().unwrap_or_default();
            Box::pin(request.around(conversation))
        }));
        response
    }
}

/// Returns whether an error carries a close or marks the end of the conversation, as opposed to a failure.
fn is_end(error: &HttpError) -> bool {
    error.find_source::<Close>().is_some() || error.find_source::<Closed>().is_some()
}
