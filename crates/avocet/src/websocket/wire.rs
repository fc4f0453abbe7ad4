//! The protocol (RFC 6455) over one connection: frames, pings, limits, the closing handshake.
//!
//! tungstenite parses and writes the frames; this module connects it to a connection that may not be ready, a client that may
//! have disconnected, and a handler that may be busy.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tungstenite::protocol::{
    CloseFrame, Message as Frame, Role, WebSocketConfig, WebSocketContext,
};
use tungstenite::{Bytes, Error};

use super::channel::Channel;
use super::stream::{Stream, would_block};
use super::{Close, Message};
use crate::observe::OpenWebSocket;
use crate::serve::Limits;
use avocet_server::UpgradedIo;

/// How many bytes are read at a time. An idle socket holds a buffer of this size.
const READ: usize = 4 * 1024;
/// Messages that are ready together are written together, up to about this many bytes.
const WRITE: usize = 16 * 1024;
/// How many bytes of pongs may wait for a client that does not read: the latest pong replaces those that do not fit.
const PONGS: usize = 64 * 1024;

/// The limits of one conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) message_bytes: usize,
    pub(super) frame_bytes: usize,
    pub(super) ping_interval: Duration,
    pub(super) ping_timeout: Duration,
    pub(super) idle_time: Duration,
    pub(super) close_time: Duration,
    pub(super) write_stall: Duration,
    pub(super) drain_time: Duration,
}

impl Bounds {
    pub(super) fn new(limits: &Limits, message_limit: Option<usize>) -> Self {
        let message_bytes = message_limit.unwrap_or(limits.websocket_message_bytes);
        Self {
            message_bytes,
            // A route that accepts larger messages also accepts them in one frame: clients cannot always choose their frame size.
            frame_bytes: match message_limit {
                Some(bytes) => bytes,
                None => limits.websocket_frame_bytes,
            },
            ping_interval: limits.websocket_ping_interval,
            ping_timeout: limits.websocket_ping_timeout,
            idle_time: limits.websocket_idle_time,
            close_time: limits.websocket_close_time,
            write_stall: limits.server.write_stall,
            drain_time: limits.server.drain_time,
        }
    }
}

/// The server's end of a conversation.
pub(super) struct Wire {
    io: Box<dyn UpgradedIo>,
    protocol: WebSocketContext,
    channel: Arc<Channel>,
    bounds: Bounds,
    stage: Stage,
    /// The client's protocol error, after messages that the handler has yet to handle.
    failure: Option<Failure>,
    /// When the last byte was received from the client.
    heard: Instant,
    /// When the last message was sent or received.
    spoken: Instant,
    /// Since when a pong is due.
    pinged: Option<Instant>,
    /// Since when the client has read none of the bytes that wait for it.
    stalled: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
    count: OpenWebSocket,
}

/// A client error, and how long its report may be delayed.
#[derive(Debug)]
struct Failure {
    close: Close,
    deadline: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// The server's close frame was sent or queued, and the client's is due by then.
    Closing(Instant),
    /// The answer to the client's close frame is on its way.
    ResponseContext(Instant),
    /// The received data is invalid or exceeds a limit. The server's close frame is on its way; nothing more is parsed as frames.
    Failing(Instant),
    /// Everything is sent. The client has until then to disconnect, and further bytes from it are discarded: closing a socket with
    /// unread bytes in it would destroy the close frame on its way.
    Lingering(Instant),
    Over,
}

impl Wire {
    pub(super) fn new(
        io: Box<dyn UpgradedIo>,
        channel: Arc<Channel>,
        bounds: Bounds,
        count: OpenWebSocket,
    ) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .write_buffer_size(WRITE)
            .max_write_buffer_size(PONGS)
            .max_message_size(Some(bounds.message_bytes))
            .max_frame_size(Some(bounds.frame_bytes));
        let now = Instant::now();
        Self {
            io,
            protocol: WebSocketContext::new(Role::Server, Some(config)),
            channel,
            bounds,
            stage: Stage::Open,
            failure: None,
            heard: now,
            spoken: now,
            pinged: None,
            stalled: None,
            alarm: Box::pin(sleep_until(now + bounds.ping_interval)),
            count,
        }
    }

    /// Makes all possible progress; ready when the connection is over.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        loop {
            let before = self.stage;
            match self.stage {
                Stage::Open => {
                    self.send(context, now);
                    match self
                        .failure
                        .take_if(|it| it.deadline <= now || self.channel.is_quiet())
                    {
                        Some(failure) => self.fail(context, failure.close, now),
                        None if self.failure.is_none() => self.receive(context, now),
                        None => {}
                    }
                }
                Stage::Closing(_) => {
                    self.flush(context, now);
                    self.receive(context, now);
                }
                Stage::ResponseContext(_) => self.response_close(context, now),
                Stage::Failing(_) => {
                    if self.flush(context, now) {
                        self.linger(now);
                    }
                }
                Stage::Lingering(_) => {
                    if self.poll_forget(context).is_ready() {
                        self.end();
                    }
                }
                Stage::Over => return Poll::Ready(()),
            }
            if self.stage == before && !self.overdue(context, now) {
                return Poll::Pending;
            }
        }
    }

    /// Passes the waiting messages to the protocol, and after the last one a pending close frame.
    fn send(&mut self, context: &mut Context<'_>, now: Instant) {
        if self.stalled.is_some() && !self.flush(context, now) {
            return;
        }
        while self.stalled.is_none() && self.stage == Stage::Open {
            let outcome = if let Some(message) = self.channel.next_outgoing() {
                self.spoken = now;
                self.count.sent();
                self.write(context, now, |protocol, stream| {
                    protocol.write(stream, message.into())
                })
            } else if let Some(close) = self.channel.close_due() {
                self.stage = Stage::Closing(now + self.bounds.close_time);
                self.count.closed_with(close.code());
                self.write(context, now, |protocol, stream| {
                    protocol.close(stream, Some(close.into()))
                })
            } else {
                break;
            };
            self.after_write(outcome, now);
        }
        self.flush(context, now);
    }

    /// Sends the protocol's buffered bytes; returns whether the buffer is empty.
    fn flush(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        let outcome = self.speak(context, now, |protocol, stream| protocol.flush(stream));
        self.after_write(outcome, now)
    }

    /// Sends the buffered bytes and then the answer to the client's close frame. Nothing is read
    /// meanwhile: bytes after a client's close frame have no meaning, and the end of input must not prevent the answer.
    fn response_close(&mut self, context: &mut Context<'_>, now: Instant) {
        // The answer has room after a message of any size. Without that, tungstenite drops it when the message is sent.
        let outcome = self.write(context, now, |protocol, stream| protocol.flush(stream));
        self.after_write(outcome, now);
    }

    fn after_write(&mut self, outcome: Result<(), Error>, now: Instant) -> bool {
        match outcome {
            Ok(()) => {
                if self.stalled.take().is_some() {
                    self.take_time(now);
                }
                true
            }
            Err(error) if would_block(&error) => {
                self.stalled.get_or_insert(now);
                false
            }
            Err(Error::ConnectionClosed) => {
                self.linger(now);
                false
            }
            Err(error) => {
                self.lost(&error);
                false
            }
        }
    }

    /// Restarts the time for the next step of the close, because the client has received the bytes before it.
    fn take_time(&mut self, now: Instant) {
        if let Stage::Closing(deadline)
        | Stage::ResponseContext(deadline)
        | Stage::Failing(deadline) = &mut self.stage
        {
            *deadline = now + self.bounds.close_time;
        }
    }

    /// Reads messages for as long as the handler has room for them.
    fn receive(&mut self, context: &mut Context<'_>, now: Instant) {
        while matches!(self.stage, Stage::Open | Stage::Closing(_)) {
            if self.stage == Stage::Open && !self.channel.has_room() {
                // The receiver was dropped, so the client's silence is not counted.
                self.heard = now;
                self.pinged = None;
                return;
            }
            match self.speak(context, now, |protocol, stream| protocol.read(stream)) {
                Ok(Frame::Text(text)) => {
                    self.spoken = now;
                    self.count.received();
                    self.channel
                        .deliver(Message::Text(text.as_str().to_owned()));
                }
                Ok(Frame::Binary(bytes)) => {
                    self.spoken = now;
                    self.count.received();
                    self.channel.deliver(Message::Binary(bytes));
                }
                Ok(Frame::Close(close)) => {
                    let close = close.map(|it| Close::received(it.code.into(), &it.reason));
                    let code = close.as_ref().map_or(Close::WITHOUT_CODE, Close::code);
                    self.count.closed_with(code);
                    self.channel.client_closed(close);
                    self.stage = Stage::ResponseContext(now + self.bounds.close_time);
                    return;
                }
                Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_)) => {}
                Err(error) if would_block(&error) => return,
                Err(Error::ConnectionClosed) => return self.linger(now),
                Err(error) => return self.judge(&error, now),
            }
        }
    }

    /// Handles a read error. The messages before it are still handled.
    fn judge(&mut self, error: &Error, now: Instant) {
        let close = match error {
            Error::Utf8(_) => Close::new(Close::INVALID, "The text is not UTF-8"),
            Error::Capacity(_) => Close::new(Close::TOO_LARGE, self.too_large(error)),
            Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
                return self.lost(error);
            }
            Error::Protocol(violation) => Close::new(Close::PROTOCOL, violation.to_string()),
            error => return self.lost(error),
        };
        tracing::debug!(%error, "the client breaks the WebSocket protocol or a limit");
        if self.stage != Stage::Open {
            return self.linger(now);
        }
        let deadline = now + self.bounds.close_time;
        self.failure = Some(Failure { close, deadline });
        // Request another round, in which the failure may be due at once.
        self.channel.look_again();
    }

    /// Ends the conversation because of a client error.
    fn fail(&mut self, context: &mut Context<'_>, close: Close, now: Instant) {
        self.channel.broken();
        if !self.protocol.can_write() {
            return self.linger(now);
        }
        self.stage = Stage::Failing(now + self.bounds.close_time);
        self.count.closed_with(close.code());
        let outcome = self.write(context, now, |protocol, stream| {
            protocol.close(stream, Some(close.into()))
        });
        self.after_write(outcome, now);
    }

    fn too_large(&self, error: &Error) -> String {
        let Bounds {
            message_bytes,
            frame_bytes,
            ..
        } = self.bounds;
        match error {
            Error::Capacity(tungstenite::error::CapacityError::MessageTooLong {
                max_size, ..
            }) if *max_size == frame_bytes && frame_bytes < message_bytes => {
                self.count.limit_hit("websocket_frame_bytes");
                format!("A frame is over the limit of {frame_bytes} bytes")
            }
            _ => {
                self.count.limit_hit("websocket_message_bytes");
                format!("A message is over the limit of {message_bytes} bytes")
            }
        }
    }

    /// Handles a lost connection.
    fn lost(&mut self, reason: &dyn std::fmt::Display) {
        tracing::debug!(%reason, "the WebSocket was lost");
        self.channel.broken();
        self.end();
    }

    fn linger(&mut self, now: Instant) {
        self.channel.client_gone();
        self.stalled = None;
        if !matches!(self.stage, Stage::Lingering(_) | Stage::Over) {
            self.stage = Stage::Lingering(now + self.bounds.close_time);
        }
    }

    fn end(&mut self) {
        self.channel.client_gone();
        self.stage = Stage::Over;
        // The handler may still need time. The client does not wait for that.
        self.io = Box::new(tokio::io::empty());
    }

    /// Shuts down the sending side, and discards input until the client has disconnected.
    fn poll_forget(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if ready!(Pin::new(&mut self.io).poll_shutdown(context)).is_err() {
            return Poll::Ready(());
        }
        let mut scrap = [0; 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scrap);
            match ready!(Pin::new(&mut self.io).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                _ => return Poll::Ready(()),
            }
        }
    }

    /// Checks the deadlines; returns whether one has passed. If not, sets the timer to the next deadline.
    fn overdue(&mut self, context: &mut Context<'_>, now: Instant) -> bool {
        let next = match self.stage {
            Stage::Open => match self.open_deadline(context, now) {
                Some(next) => next,
                None => return true,
            },
            Stage::Closing(deadline)
            | Stage::ResponseContext(deadline)
            | Stage::Failing(deadline)
            | Stage::Lingering(deadline) => {
                // A client that is slow to read earlier bytes is not slow to answer.
                let stall = self.stalled.map(|since| since + self.bounds.write_stall);
                let deadline = stall.unwrap_or(deadline);
                if deadline <= now {
                    self.count.limit_hit(match stall {
                        Some(_) => "write_stall",
                        None => "websocket_close_time",
                    });
                    self.end();
                    return true;
                }
                deadline
            }
            Stage::Over => return false,
        };
        if self.alarm.deadline() != next {
            self.alarm.as_mut().reset(next);
        }
        if self.alarm.as_mut().poll(context).is_ready() {
            // The deadline passed during this call.
            context.waker().wake_by_ref();
        }
        false
    }

    /// Returns the next deadline; `None` if one has passed and was handled.
    fn open_deadline(&mut self, context: &mut Context<'_>, now: Instant) -> Option<Instant> {
        let mut next = self.spoken + self.bounds.idle_time;
        if self.channel.is_ended() {
            // The last message is still on its way.
            next = now + self.bounds.write_stall;
        } else if next <= now {
            self.count.limit_hit("websocket_idle_time");
            let reason = format!("No message for {:?}", self.bounds.idle_time);
            self.channel.end_with(Close::new(Close::TIMEOUT, reason));
            return None;
        }
        if let Some(failure) = &self.failure {
            next = next.min(failure.deadline);
        }
        if let Some(since) = self.stalled {
            let stall = since + self.bounds.write_stall;
            if stall <= now {
                self.count.limit_hit("write_stall");
                self.lost(&"the client reads no bytes");
                return None;
            }
            next = next.min(stall);
        } else if self.failure.is_some() {
            // Nothing is read any more, so a pong would not be seen.
        } else if let Some(since) = self.pinged {
            let response = since + self.bounds.ping_timeout;
            if response <= now {
                self.count.limit_hit("websocket_ping_timeout");
                self.lost(&"the client did not answer a ping");
                return None;
            }
            next = next.min(response);
        } else {
            let ping = self.heard + self.bounds.ping_interval;
            if ping <= now {
                self.pinged = Some(now);
                let outcome = self.write(context, now, |protocol, stream| {
                    protocol.write(stream, Frame::Ping(Bytes::new()))
                });
                if self.after_write(outcome, now) {
                    self.flush(context, now);
                }
                return None;
            }
            next = next.min(ping);
        }
        Some(next)
    }

    /// Passes a frame of the server to the protocol. It has room for a frame of any size: the number of frames is checked
    /// before. Pongs have the room that the configuration sets.
    fn write(
        &mut self,
        context: &mut Context<'_>,
        now: Instant,
        write: impl FnOnce(&mut WebSocketContext, &mut Stream<'_, '_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.protocol
            .set_config(|config| config.max_write_buffer_size = usize::MAX);
        let outcome = self.speak(context, now, write);
        self.protocol
            .set_config(|config| config.max_write_buffer_size = PONGS);
        outcome
    }

    /// Lets the protocol read from or write to the connection.
    fn speak<T>(
        &mut self,
        context: &mut Context<'_>,
        now: Instant,
        work: impl FnOnce(&mut WebSocketContext, &mut Stream<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut stream = Stream::new(&mut *self.io, context);
        let outcome = work(&mut self.protocol, &mut stream);
        if stream.heard {
            self.heard = now;
            self.pinged = None;
        }
        if stream.taken && self.stalled.is_some() {
            self.stalled = Some(now);
        }
        outcome
    }
}

impl From<Message> for Frame {
    fn from(message: Message) -> Self {
        match message {
            Message::Text(text) => Self::text(text),
            Message::Binary(bytes) => Self::Binary(bytes),
        }
    }
}

impl From<Close> for CloseFrame {
    fn from(close: Close) -> Self {
        Self {
            code: close.code().into(),
            reason: close.reason().into(),
        }
    }
}
