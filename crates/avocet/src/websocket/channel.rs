//! What handler and protocol have in common: the messages on their way, and how the conversation stands.
//!
//! The handler's side may be in any task, the protocol's side is one [`Conversation`](super::conversation). Both sides hold
//! the lock for a few instructions.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::{Close, Closed, Message};

/// How many bytes of messages may wait in each direction before the one who brings more must wait. One message always may,
/// so the bound is this and one message.
const WAITING: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct Channel {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and most of their combinations occur"
)]
struct State {
    /// Whether the handler has used the socket, so that the client is to be let in.
    used: bool,
    inbox: Queue,
    outbox: Queue,
    /// How the conversation is to be closed once the outbox is empty. Nothing more is said or heard.
    closing: Option<Close>,
    /// Whether the connection is of no more use.
    over: bool,
    /// What the client closed with.
    client_close: Option<Close>,
    /// Whether the handler has learned of the end.
    told: bool,
    /// Whether the server stops, so that the next wait for a message is the end.
    stopping: bool,
    /// Whether nobody wants to receive any more.
    deaf: bool,
    /// How many can send.
    senders: usize,
    receiver: Option<Waker>,
    waiting_senders: Vec<Waker>,
    conversation: Option<Waker>,
    /// Whether the conversation looks here anyway before it sleeps, so that it need not be woken.
    awake: bool,
    /// Whether somebody in the conversation's own task is to be polled again.
    again: bool,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Message>,
    bytes: usize,
}

impl Queue {
    fn has_room(&self) -> bool {
        self.bytes < WAITING
    }

    fn push(&mut self, message: Message) {
        // An empty message costs something too.
        self.bytes += message.len() + size_of::<Message>();
        self.messages.push_back(message);
    }

    fn pop(&mut self) -> Option<Message> {
        let message = self.messages.pop_front()?;
        self.bytes -= message.len() + size_of::<Message>();
        // An idle socket holds no memory for messages.
        if self.messages.is_empty() {
            self.messages = VecDeque::new();
        }
        Some(message)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl State {
    fn ended(&self) -> bool {
        self.over || self.closing.is_some()
    }

    fn wake(&mut self, waker: Waker) {
        match &self.conversation {
            Some(own) if self.awake && own.will_wake(&waker) => self.again = true,
            _ => waker.wake(),
        }
    }

    fn wake_receiver(&mut self) {
        if let Some(waker) = self.receiver.take() {
            self.wake(waker);
        }
    }

    fn wake_senders(&mut self) {
        for waker in std::mem::take(&mut self.waiting_senders) {
            self.wake(waker);
        }
    }

    fn wake_conversation(&self) {
        if let Some(waker) = &self.conversation
            && !self.awake
        {
            waker.wake_by_ref();
        }
    }

    fn close(&mut self, close: Close) {
        if !self.ended() {
            self.closing = Some(close);
            self.inbox.clear();
            self.wake_receiver();
            self.wake_senders();
            self.wake_conversation();
        }
    }
}

/// The handler's side.
impl Channel {
    pub(super) fn poll_recv(&self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        let mut state = self.lock();
        if !state.used {
            state.used = true;
            state.wake_conversation();
        }
        let had_room = state.inbox.has_room();
        if let Some(message) = state.inbox.pop() {
            if !had_room && state.inbox.has_room() {
                state.wake_conversation();
            }
            return Poll::Ready(Some(message));
        }
        if state.stopping {
            state.close(Close::stopping());
        }
        if state.ended() {
            state.told = true;
            return Poll::Ready(None);
        }
        state.receiver = Some(context.waker().clone());
        Poll::Pending
    }

    /// Takes the message when there is room for it.
    pub(super) fn poll_send(
        &self,
        context: &mut Context<'_>,
        message: &mut Option<Message>,
    ) -> Poll<Result<(), Closed>> {
        let mut state = self.lock();
        state.used = true;
        if state.ended() {
            state.told = true;
            return Poll::Ready(Err(Closed));
        }
        if !state.outbox.has_room() {
            let waker = context.waker();
            if !state.waiting_senders.iter().any(|it| it.will_wake(waker)) {
                state.waiting_senders.push(waker.clone());
            }
            return Poll::Pending;
        }
        if let Some(message) = message.take() {
            state.outbox.push(message);
        }
        state.wake_conversation();
        Poll::Ready(Ok(()))
    }

    /// Says how the conversation is to end; only the first word counts.
    pub(super) fn close(&self, close: Close) {
        let mut state = self.lock();
        state.used = true;
        state.close(close);
        state.told = true;
    }

    /// Whoever waited for a message does so no longer.
    pub(super) fn stop_waiting(&self) {
        self.lock().receiver = None;
    }

    pub(super) fn client_close(&self) -> Option<Close> {
        self.lock().client_close.clone()
    }

    pub(super) fn add_sender(&self) {
        self.lock().senders += 1;
    }

    pub(super) fn drop_sender(&self) {
        let mut state = self.lock();
        state.senders -= 1;
        if state.is_abandoned() {
            state.wake_conversation();
        }
    }

    pub(super) fn drop_receiver(&self) {
        let mut state = self.lock();
        state.deaf = true;
        state.inbox.clear();
        state.wake_conversation();
    }
}

impl State {
    fn is_abandoned(&self) -> bool {
        self.deaf && self.senders == 0
    }
}

/// The conversation's side.
impl Channel {
    /// Whoever polls the handler and the protocol says so, and who is to be woken otherwise.
    pub(super) fn begin_round(&self, context: &Context<'_>) {
        let mut state = self.lock();
        state.awake = true;
        state.again = false;
        match &mut state.conversation {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
    }

    /// Whether the round has given the handler something to do. After a `false` the conversation must be woken.
    pub(super) fn another_round(&self) -> bool {
        let mut state = self.lock();
        state.awake = state.again;
        std::mem::take(&mut state.again)
    }

    /// Closes a conversation in which nobody is left who could speak or listen.
    pub(super) fn close_if_abandoned(&self) {
        let mut state = self.lock();
        if state.is_abandoned() {
            state.close(Close::new(Close::NORMAL, ""));
            state.told = true;
        }
    }

    pub(super) fn is_used(&self) -> bool {
        self.lock().used
    }

    pub(super) fn is_reported(&self) -> bool {
        self.lock().told
    }

    pub(super) fn has_unread(&self) -> bool {
        !self.lock().inbox.messages.is_empty()
    }

    /// Whether everything that was said has been heard and answered: the handler waits for the next message, or does not
    /// listen at all.
    pub(super) fn is_quiet(&self) -> bool {
        let state = self.lock();
        state.outbox.messages.is_empty()
            && state.inbox.messages.is_empty()
            && (state.receiver.is_some() || state.deaf)
    }

    /// Asks for another round.
    pub(super) fn look_again(&self) {
        self.lock().again = true;
    }

    /// Whether another message may be read from the connection.
    pub(super) fn has_room(&self) -> bool {
        self.lock().inbox.has_room()
    }

    pub(super) fn deliver(&self, message: Message) {
        let mut state = self.lock();
        if !state.deaf && !state.ended() {
            state.inbox.push(message);
            state.wake_receiver();
        }
    }

    /// The next message to send.
    pub(super) fn next_outgoing(&self) -> Option<Message> {
        let mut state = self.lock();
        let message = state.outbox.pop();
        if state.outbox.has_room() {
            state.wake_senders();
        }
        message
    }

    /// How the conversation is to be closed, once everything was sent.
    pub(super) fn close_due(&self) -> Option<Close> {
        let state = self.lock();
        if state.outbox.messages.is_empty() {
            state.closing.clone()
        } else {
            None
        }
    }

    /// The next wait for a message is the end; one that goes on already, too.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopping = true;
        if state.receiver.is_some() {
            state.close(Close::stopping());
        }
    }

    /// Ends it without a word of the handler's.
    pub(super) fn end_with(&self, close: Close) {
        self.lock().close(close);
    }

    /// The client has closed. What it sent before can still be received.
    pub(super) fn client_closed(&self, close: Option<Close>) {
        let mut state = self.lock();
        state.client_close = close;
        state.finish();
    }

    /// The connection broke off, and with it what the handler has not received.
    pub(super) fn broken(&self) {
        let mut state = self.lock();
        state.inbox.clear();
        state.finish();
    }

    /// The connection is of no more use.
    pub(super) fn client_gone(&self) {
        self.lock().finish();
    }

    /// Whether nothing more is said or heard.
    pub(super) fn is_ended(&self) -> bool {
        self.lock().ended()
    }

    pub(super) fn is_over(&self) -> bool {
        self.lock().over
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn finish(&mut self) {
        if self.over {
            return;
        }
        self.over = true;
        // Whoever waits here is told by that. A handler that does not is busy with something for a client that has left.
        self.told |= self.receiver.is_some() || !self.waiting_senders.is_empty();
        self.outbox.clear();
        self.wake_receiver();
        self.wake_senders();
    }
}
