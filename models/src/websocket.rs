//! Models of the channel between the handler of a WebSocket and its connection.

#[path = "../../crates/avocet/src/websocket/channel.rs"]
mod channel;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use loom::future::block_on;
use loom::thread;

use channel::Channel;

/// Replaces the framework's type of this name with the two types that it wraps.
#[derive(Clone, Debug)]
struct Close;

impl Close {
    const NORMAL: u16 = 1000;

    fn new(_: u16, _: &str) -> Self {
        Self
    }

    fn stopping() -> Self {
        Self
    }
}

#[derive(Debug)]
struct Closed;

/// A message of this many bytes.
#[derive(Debug)]
struct Message(usize);

impl Message {
    fn len(&self) -> usize {
        self.0
    }
}

/// Only one message of this size fits.
const LARGE: usize = 64 * 1024;

/// One poll of the conversation's task: the rounds of `Conversation::poll`, with `protocol` in place of the connection.
fn rounds(
    channel: &Channel,
    context: &mut Context<'_>,
    mut handler: impl FnMut(&mut Context<'_>),
    mut protocol: impl FnMut() -> bool,
) -> Poll<()> {
    loop {
        channel.begin_round(context);
        handler(context);
        channel.begin_protocol();
        channel.close_if_abandoned();
        if protocol() {
            return Poll::Ready(());
        }
        if !channel.another_round() {
            return Poll::Pending;
        }
    }
}

fn open() -> Arc<Channel> {
    let channel = Arc::new(Channel::default());
    channel.add_sender();
    channel
}

fn send(channel: &Channel, bytes: usize) {
    let mut message = Some(Message(bytes));
    let sent = block_on(poll_fn(|context| channel.poll_send(context, &mut message)));
    sent.expect("an open channel");
}

/// Sends until `count` messages have been taken.
fn take(channel: &Channel, count: usize) {
    let mut sent = 0;
    block_on(poll_fn(|context| {
        rounds(
            channel,
            context,
            |_| {},
            || {
                while channel.next_outgoing().is_some() {
                    sent += 1;
                }
                sent == count
            },
        )
    }));
}

pub(crate) fn burst() {
    let channel = open();
    let sender = Arc::clone(&channel);
    thread::spawn(move || {
        send(&sender, 1);
        send(&sender, 1);
    });
    take(&channel, 2);
}

pub(crate) fn full() {
    let channel = open();
    let sender = Arc::clone(&channel);
    thread::spawn(move || {
        send(&sender, LARGE);
        send(&sender, 1);
    });
    take(&channel, 2);
}

pub(crate) fn received() {
    let channel = open();
    let receiver = Arc::clone(&channel);
    thread::spawn(move || {
        block_on(poll_fn(|context| receiver.poll_recv(context)));
        // It waits for a third message, like a handler that has handled all messages.
        block_on(poll_fn(|context| {
            let _ = receiver.poll_recv(context).is_pending();
            Poll::Ready(())
        }));
    });
    channel.deliver(Message(LARGE));
    block_on(poll_fn(|context| {
        rounds(
            &channel,
            context,
            |_| {},
            || {
                // Both events wake the conversation: there is room again, and the receiver waits.
                channel.has_room() && channel.is_quiet()
            },
        )
    }));
}

pub(crate) fn abandoned() {
    let channel = open();
    let handler = Arc::clone(&channel);
    thread::spawn(move || {
        handler.drop_sender();
        handler.drop_receiver();
    });
    block_on(poll_fn(|context| {
        rounds(&channel, context, |_| {}, || channel.close_due().is_some())
    }));
}

/// The handler runs in the conversation's own task, where waking it causes another round.
pub(crate) fn closed() {
    let channel = open();
    let sender = Arc::clone(&channel);
    thread::spawn(move || sender.close(Close));
    let is_over = std::cell::Cell::new(false);
    block_on(poll_fn(|context| {
        rounds(
            &channel,
            context,
            |context| {
                let received = channel.poll_recv(context);
                is_over.set(matches!(received, Poll::Ready(None)));
            },
            || is_over.get(),
        )
    }));
}
