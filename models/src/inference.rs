//! Models of the code between the callers of a model and its threads.

#[path = "../../crates/avocet-inference/src/channel.rs"]
mod channel;
#[path = "../../crates/avocet-inference/src/group.rs"]
mod group;
#[path = "../../crates/avocet-inference/src/pool/waiters.rs"]
mod waiters;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use loom::future::block_on;
use loom::sync::Mutex;
use loom::thread;

use crate::error::InferenceError;
use channel::{Channel, Refused};
use group::Group;
use waiters::{WaitFor, Waiters, Waiting};

/// Waits of this time have no end here: loom has no clock.
const LONG: Duration = Duration::from_secs(3600);

pub(crate) fn replies() {
    let group = Arc::new(Group::new(2, false));
    for index in 0..2 {
        let group = Arc::clone(&group);
        thread::spawn(move || group.reply(index, Ok(index)));
    }
    let results = block_on(group.results());
    assert!(matches!(results[..], [Some(Ok(0)), Some(Ok(1))]));
}

pub(crate) fn first_error() {
    let group = Arc::new(Group::new(2, true));
    let other = Arc::clone(&group);
    thread::spawn(move || {
        other.reply(0, Err(InferenceError::Expired));
        other.reply(1, Ok(1));
    });
    let results = block_on(group.results());
    assert!(matches!(results[0], Some(Err(_))));
}

pub(crate) fn departure() {
    let group = Arc::new(Group::new(1, true));
    let other = Arc::clone(&group);
    let replica = thread::spawn(move || {
        let wanted = !other.is_cancelled();
        other.reply(0, Ok(()));
        wanted
    });
    let waits = {
        let mut results = pin!(group.results());
        block_on(poll_fn(|context| Poll::Ready(results.as_mut().poll(context).is_pending())))
    };
    group.cancel();
    let wanted = replica.join().expect("no panic");
    assert!(wanted || waits, "what has a result was wanted");
}

/// Reads items, at most this many. Returns how many there were.
fn read(channel: &Channel<u32>, most: u32) -> u32 {
    let mut read = 0;
    while read < most
        && let Some(item) = block_on(poll_fn(|context| channel.poll(context)))
    {
        assert_eq!(item.expect("a number"), read);
        read += 1;
    }
    read
}

pub(crate) fn room() {
    let channel = Arc::new(Channel::new(1));
    let model = Arc::clone(&channel);
    thread::spawn(move || {
        for item in 0..2 {
            model.push_when_room(item, LONG).expect("a reader");
        }
        model.end(Ok(()));
    });
    assert_eq!(read(&channel, u32::MAX), 2);
}

pub(crate) fn reader_leaves() {
    let channel = Arc::new(Channel::new(1));
    let model = Arc::clone(&channel);
    let model = thread::spawn(move || {
        let mut item = 0;
        while model.push_when_room(item, LONG) != Err(Refused::Closed) {
            item += 1;
        }
    });
    read(&channel, 1);
    channel.close();
    model.join().expect("it sees that the reader has left");
}

pub(crate) fn abandoned() {
    let channel = Arc::new(Channel::new(1));
    let model = Arc::clone(&channel);
    let model = thread::spawn(move || while model.push_when_room(0, LONG).is_ok() {});
    channel.end(Err(InferenceError::Expired));
    model.join().expect("it sees that the stream has ended");
}

/// The state of a pool, as far as the models need it.
#[derive(Default)]
struct State {
    waiting: Waiting,
    work: usize,
    woken: bool,
    stopping: bool,
}

impl AsMut<Waiting> for State {
    fn as_mut(&mut self) -> &mut Waiting {
        &mut self.waiting
    }
}

struct Pool {
    state: Mutex<State>,
    waiters: Waiters,
}

impl Pool {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::default()),
            waiters: Waiters::default(),
        })
    }

    /// `Shared::submit`.
    fn submit(&self, batch: usize) {
        let mut state = self.state.lock().expect("no panic");
        state.work += 1;
        let full = state.work >= batch;
        let wakes = state.waiting.wakes_for_submission(|| full);
        drop(state);
        if wakes {
            self.waiters.wake_one();
        }
    }

    /// `ReplicaThread::look`: takes one batch.
    fn take(&self, batch: usize) {
        let mut state = self.state.lock().expect("no panic");
        while state.work < batch {
            state = if state.work > 0 {
                self.waiters.wait(state, WaitFor::LargerBatch, LONG)
            } else {
                self.waiters.wait(state, WaitFor::Work, Duration::MAX)
            };
        }
        state.work -= batch;
        self.wake_for_rest(state);
    }

    /// `ReplicaThread::put_back`.
    fn put_back(&self) {
        let mut state = self.state.lock().expect("no panic");
        state.work += 1;
        self.wake_for_rest(state);
    }

    fn wake_for_rest(&self, state: loom::sync::MutexGuard<'_, State>) {
        let wakes = state.waiting.wakes_for_rest(state.work);
        drop(state);
        if wakes {
            self.waiters.wake_one();
        }
    }

    /// `ReplicaThread::wait`: a replica that takes no work.
    fn back_off(&self) {
        let mut state = self.state.lock().expect("no panic");
        while !state.stopping {
            state = self.waiters.wait(state, WaitFor::Event, LONG);
        }
    }

    fn stop(&self) {
        self.state.lock().expect("no panic").stopping = true;
        self.waiters.wake_all();
    }

    /// `Pool::wake`.
    fn wake(&self) {
        self.state.lock().expect("no panic").woken = true;
        self.waiters.wake_all();
    }

    /// `ReplicaThread::wait_for_readers`.
    fn wait_for_readers(&self) {
        let mut state = self.state.lock().expect("no panic");
        if !std::mem::take(&mut state.woken) {
            state = self.waiters.wait(state, WaitFor::Event, LONG);
            state.woken = false;
        }
    }
}

/// Two replicas take two inputs, while a third one is in its back-off. If a wake-up is lost, one of them sleeps for ever.
pub(crate) fn submissions() {
    let pool = Pool::new();
    let takers = [(); 2].map(|()| {
        let pool = Arc::clone(&pool);
        thread::spawn(move || pool.take(1))
    });
    let panicked = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || pool.back_off())
    };
    pool.submit(1);
    pool.submit(1);
    for taker in takers {
        taker.join().expect("its input");
    }
    pool.stop();
    panicked.join().expect("a stop");
}

pub(crate) fn larger_batch() {
    let pool = Pool::new();
    let replica = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || pool.take(2))
    };
    let caller = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || pool.submit(2))
    };
    pool.submit(2);
    caller.join().expect("a place in the queue");
    replica.join().expect("a batch");
}

/// A replica without room returns its input, which another one takes.
pub(crate) fn returned() {
    let pool = Pool::new();
    let taken = Arc::new(Mutex::new(false));
    let takers = [(); 2].map(|()| {
        let (pool, taken) = (Arc::clone(&pool), Arc::clone(&taken));
        thread::spawn(move || {
            pool.take(1);
            if !std::mem::replace(&mut *taken.lock().expect("no panic"), true) {
                pool.put_back();
            }
        })
    });
    pool.submit(1);
    for taker in takers {
        taker.join().expect("the input");
    }
}

/// A generator whose only sequence is paused goes on when its reader has made room.
pub(crate) fn paused() {
    let channel = Arc::new(Channel::new(1));
    let model = Arc::clone(&channel);
    thread::spawn(move || {
        let pool = Pool::new();
        let mut item = 0;
        while item < 3 {
            let waker = Arc::clone(&pool);
            if model.has_room_or_wakes(|| Box::new(move || waker.wake())) {
                model.push(item).expect("a reader");
                item += 1;
            } else {
                pool.wait_for_readers();
            }
        }
        model.end(Ok(()));
    });
    assert_eq!(read(&channel, u32::MAX), 3);
}

/// It also goes on when its reader has left.
pub(crate) fn paused_reader_leaves() {
    let channel = Arc::new(Channel::new(1));
    let model = Arc::clone(&channel);
    let model = thread::spawn(move || {
        let pool = Pool::new();
        model.push(0).ok();
        while !model.is_closed() {
            let waker = Arc::clone(&pool);
            if !model.has_room_or_wakes(|| Box::new(move || waker.wake())) {
                pool.wait_for_readers();
            }
            thread::yield_now();
        }
    });
    channel.close();
    model.join().expect("it sees that the reader has left");
}
