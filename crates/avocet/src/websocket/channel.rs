//! The state shared by handler and protocol: the queued messages and the phase of the conversation.
//!
//! The handler's side may be in any task; the protocol's side is one [`Conversation`](super::conversation). Both sides hold
//! the lock for a few instructions, and wake each other after they have released it.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use super::{Close, Closed, Message};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, PoisonError};
use avocet_server::wake::WakeFlag;

/// How many bytes of messages may be queued in each direction before the sender must wait. One message is always accepted,
/// so the maximum is this and one message.
const WAITING: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct Channel {
    state: Mutex<State>,
    /// Wakes the conversation's task. During a round of that task, a notification requests another round instead.
    conversation: WakeFlag,
    /// Whether the conversation's task has to poll again.
    again: AtomicBool,
}

#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and most of their combinations occur"
)]
struct State {
    /// Whether the handler has used the socket, so that the upgrade is to be accepted.
    used: bool,
    inbox: Queue,
    outbox: Queue,
    /// The close to send once the outbox is empty. No further messages are sent or received.
    closing: Option<Close>,
    /// Whether the connection can no longer be used.
    over: bool,
    /// The close that the client sent.
    client_close: Option<Close>,
    /// Whether the handler was notified of the end.
    told: bool,
    /// Whether the server is shutting down, so that the next wait for a message ends the conversation.
    stopping: bool,
    /// Whether the receiver was dropped.
    deaf: bool,
    /// The number of senders.
    senders: usize,
    receiver: Option<Waker>,
    waiting_senders: Vec<Waker>,
    /// Whether the conversation waits until every received message is handled.
    quiet_awaited: bool,
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
        // An empty message uses memory too.
        self.bytes += message.len() + size_of::<Message>();
        self.messages.push_back(message);
    }

    fn pop(&mut self) -> Option<Message> {
        let message = self.messages.pop_front()?;
        self.bytes -= message.len() + size_of::<Message>();
        // An idle socket keeps no memory for messages.
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

    fn wake_receiver(&mut self, wakes: &mut Wakes) {
        wakes.receiver = self.receiver.take();
    }

    fn wake_senders(&mut self, wakes: &mut Wakes) {
        wakes.senders = std::mem::take(&mut self.waiting_senders);
    }

    fn close(&mut self, close: Close, wakes: &mut Wakes) {
        if !self.ended() {
            self.closing = Some(close);
            self.inbox.clear();
            self.wake_receiver(wakes);
            self.wake_senders(wakes);
            wakes.conversation = true;
        }
    }
}

/// The wakers to wake once the lock is released.
#[derive(Debug, Default)]
struct Wakes {
    conversation: bool,
    receiver: Option<Waker>,
    senders: Vec<Waker>,
    /// Dropped without being woken; the drop can run code as well.
    replaced: Option<Waker>,
}

impl Channel {
    /// Runs `work` on the state, then wakes.
    fn with<T>(&self, work: impl FnOnce(&mut State, &mut Wakes) -> T) -> T {
        let mut wakes = Wakes::default();
        let outcome = {
            // `work` does not panic.
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut state, &mut wakes)
        };
        for task in wakes.receiver.into_iter().chain(wakes.senders) {
            if self.conversation.is_for(&task) {
                self.look_again();
            } else {
                task.wake();
            }
        }
        if wakes.conversation {
            self.conversation.notify();
        }
        outcome
    }
}

/// The handler's side.
impl Channel {
    pub(super) fn poll_recv(&self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.with(|state, wakes| {
            if !state.used {
                state.used = true;
                wakes.conversation = true;
            }
            let had_room = state.inbox.has_room();
            if let Some(message) = state.inbox.pop() {
                let has_room_again = !had_room && state.inbox.has_room();
                // A handler that is not notified of the end by receiving is dropped after the last message.
                let was_last = state.over && state.inbox.messages.is_empty();
                wakes.conversation |= has_room_again || was_last;
                return Poll::Ready(Some(message));
            }
            if state.stopping {
                state.close(Close::stopping(), wakes);
            }
            if state.ended() {
                state.told = true;
                return Poll::Ready(None);
            }
            wakes.replaced = state.receiver.replace(context.waker().clone());
            wakes.conversation |= std::mem::take(&mut state.quiet_awaited);
            Poll::Pending
        })
    }

    /// Queues the message if there is room for it.
    pub(super) fn poll_send(
        &self,
        context: &mut Context<'_>,
        message: &mut Option<Message>,
    ) -> Poll<Result<(), Closed>> {
        self.with(|state, wakes| {
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
            wakes.conversation = true;
            Poll::Ready(Ok(()))
        })
    }

    /// Sets the close of the conversation; only the first call has an effect.
    pub(super) fn close(&self, close: Close) {
        self.with(|state, wakes| {
            state.used = true;
            state.close(close, wakes);
            state.told = true;
        });
    }

    /// Removes the waiting receiver.
    pub(super) fn stop_waiting(&self) {
        self.with(|state, wakes| wakes.replaced = state.receiver.take());
    }

    pub(super) fn client_close(&self) -> Option<Close> {
        self.with(|state, _| state.client_close.clone())
    }

    pub(super) fn add_sender(&self) {
        self.with(|state, _| state.senders += 1);
    }

    pub(super) fn drop_sender(&self) {
        self.with(|state, wakes| {
            state.senders -= 1;
            wakes.conversation = state.is_abandoned();
        });
    }

    pub(super) fn drop_receiver(&self) {
        self.with(|state, wakes| {
            state.deaf = true;
            state.inbox.clear();
            wakes.conversation = true;
        });
    }
}

impl State {
    fn is_abandoned(&self) -> bool {
        self.deaf && self.senders == 0
    }
}

/// The conversation's side.
impl Channel {
    /// Begins a round. The task that polls the handler and the protocol calls this first.
    pub(super) fn begin_round(&self, context: &Context<'_>) {
        self.again.store(false, Ordering::Relaxed);
        self.conversation.stay_awake(context.waker());
    }

    /// Called between handler and protocol: messages sent before this call need no further round.
    pub(super) fn begin_protocol(&self) {
        self.conversation.forget();
    }

    /// Returns whether there is more to do. After `false` the task sleeps until it is woken.
    pub(super) fn another_round(&self) -> bool {
        self.again.load(Ordering::Acquire) || !self.conversation.sleep()
    }

    /// Closes a conversation without senders and receiver.
    pub(super) fn close_if_abandoned(&self) {
        self.with(|state, wakes| {
            if state.is_abandoned() {
                state.close(Close::new(Close::NORMAL, ""), wakes);
                state.told = true;
            }
        });
    }

    pub(super) fn is_used(&self) -> bool {
        self.with(|state, _| state.used)
    }

    pub(super) fn is_reported(&self) -> bool {
        self.with(|state, _| state.told)
    }

    pub(super) fn has_unread(&self) -> bool {
        self.with(|state, _| !state.inbox.messages.is_empty())
    }

    /// Returns whether every message has been received and handled: the handler waits for the next message, or does not
    /// receive at all. If not, the conversation is woken when that may have changed.
    pub(super) fn is_quiet(&self) -> bool {
        self.with(|state, _| {
            let is_quiet = state.outbox.messages.is_empty()
                && state.inbox.messages.is_empty()
                && (state.receiver.is_some() || state.deaf);
            state.quiet_awaited = !is_quiet;
            is_quiet
        })
    }

    /// Requests another round.
    pub(super) fn look_again(&self) {
        self.again.store(true, Ordering::Release);
        self.conversation.notify();
    }

    /// Returns whether another message may be read from the connection.
    pub(super) fn has_room(&self) -> bool {
        self.with(|state, _| state.inbox.has_room())
    }

    pub(super) fn deliver(&self, message: Message) {
        self.with(|state, wakes| {
            if !state.deaf && !state.ended() {
                state.inbox.push(message);
                state.wake_receiver(wakes);
            }
        });
    }

    /// Returns the next message to send.
    pub(super) fn next_outgoing(&self) -> Option<Message> {
        self.with(|state, wakes| {
            let message = state.outbox.pop();
            if state.outbox.has_room() {
                state.wake_senders(wakes);
            }
            message
        })
    }

    /// Returns the close of the conversation, once every message was sent.
    pub(super) fn close_due(&self) -> Option<Close> {
        self.with(|state, _| {
            if state.outbox.messages.is_empty() {
                state.closing.clone()
            } else {
                None
            }
        })
    }

    /// Makes the next wait for a message end the conversation; a wait that has already begun, too.
    pub(super) fn stop(&self) {
        self.with(|state, wakes| {
            state.stopping = true;
            if state.receiver.is_some() {
                state.close(Close::stopping(), wakes);
            }
        });
    }

    /// Ends the conversation with `close`, without the handler.
    pub(super) fn end_with(&self, close: Close) {
        self.with(|state, wakes| state.close(close, wakes));
    }

    /// Records that the client has closed. Messages sent before that can still be received.
    pub(super) fn client_closed(&self, close: Option<Close>) {
        self.with(|state, wakes| {
            state.client_close = close;
            state.finish(wakes);
        });
    }

    /// Records that the connection was lost, including messages that the handler has not received.
    pub(super) fn broken(&self) {
        self.with(|state, wakes| {
            state.inbox.clear();
            state.finish(wakes);
        });
    }

    /// Records that the connection can no longer be used.
    pub(super) fn client_gone(&self) {
        self.with(State::finish);
    }

    /// Returns whether no further messages are sent or received.
    pub(super) fn is_ended(&self) -> bool {
        self.with(|state, _| state.ended())
    }

    pub(super) fn is_over(&self) -> bool {
        self.with(|state, _| state.over)
    }
}

impl State {
    fn finish(&mut self, wakes: &mut Wakes) {
        if self.over {
            return;
        }
        self.over = true;
        // A waiting receiver or sender is notified by its result. Without one, the handler is busy for a client that has disconnected.
        self.told |= self.receiver.is_some() || !self.waiting_senders.is_empty();
        self.outbox.clear();
        self.wake_receiver(wakes);
        self.wake_senders(wakes);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    /// A task that counts how often it is woken.
    #[derive(Default)]
    struct Task(AtomicUsize);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A channel whose handler waits for a message in a different task.
    fn awaited() -> Channel {
        let channel = Channel::default();
        assert!(received(&channel).is_pending());
        channel
    }

    fn received(channel: &Channel) -> Poll<Option<Message>> {
        channel.poll_recv(&mut Context::from_waker(Waker::noop()))
    }

    /// Runs a round of the conversation's task, after which the task sleeps.
    fn round(channel: &Channel, task: &Arc<Task>, protocol: impl FnOnce()) {
        let waker = Waker::from(Arc::clone(task));
        channel.begin_round(&Context::from_waker(&waker));
        channel.begin_protocol();
        protocol();
        assert!(!channel.another_round());
        assert_eq!(task.0.load(Ordering::Relaxed), 0);
    }

    fn message(bytes: usize) -> Message {
        Message::Binary(vec![0; bytes].into())
    }

    #[test]
    fn messages_that_arrive_after_the_close_are_dropped() {
        let channel = awaited();
        channel.close(Close::new(Close::NORMAL, ""));
        channel.deliver(message(1));
        assert!(!channel.has_unread());
        assert!(matches!(received(&channel), Poll::Ready(None)));
    }

    #[test]
    fn the_conversation_is_woken_when_a_full_inbox_has_room_again() {
        let (channel, task) = (awaited(), Arc::new(Task::default()));
        round(&channel, &task, || {
            channel.deliver(message(WAITING));
            channel.deliver(message(1));
        });
        assert!(!channel.has_room());
        assert!(received(&channel).is_ready());
        assert!(channel.has_room());
        assert_eq!(task.0.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn the_conversation_is_woken_when_the_last_message_of_a_lost_client_is_received() {
        let (channel, task) = (awaited(), Arc::new(Task::default()));
        round(&channel, &task, || {
            channel.deliver(message(1));
            channel.deliver(message(1));
            channel.client_gone();
        });
        for woken in [0, 1] {
            assert!(received(&channel).is_ready());
            assert_eq!(task.0.load(Ordering::Relaxed), woken);
        }
    }
}
