//! One recorded stream, and its producer's handle.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{ReplayError, ReplayLimits};
use crate::response::{Event, EventText, HttpError, ServerEvent};

/// The producer's handle of a recorded stream.
///
/// If it is dropped before [`finish`](Self::finish), the clients receive [`ReplayError::Abandoned`], because the
/// stream is incomplete.
///
/// ```
/// use avocet::response::{HttpError, Replay, TextData};
///
/// let runs: Replay<TextData> = Replay::default();
/// let recorder = runs.record("a").unwrap();
/// assert_eq!(recorder.publish("Hello".into())?, 1);
/// assert_eq!(recorder.publish("again".into())?, 2);
/// recorder.finish();
/// # Ok::<(), HttpError>(())
/// ```
pub struct Recorder<T> {
    recording: Arc<Recording>,
    events: PhantomData<fn(T)>,
}

impl<T: Event> Recorder<T> {
    pub(super) fn new(recording: Arc<Recording>) -> Self {
        Self {
            recording,
            events: PhantomData,
        }
    }

    /// Sends an event to all followers, and keeps it for later ones. Returns the event's id.
    ///
    /// # Errors
    /// A 500 if the event's data cannot be serialized; the stream continues without it.
    pub fn publish(&self, event: T) -> Result<u64, HttpError> {
        let mut kept = self.recording.kept();
        let id = kept.next;
        let mut text = Vec::new();
        let written = EventText::on(&mut text, |text| ServerEvent::new(event).id(id).write(text));
        written.map_err(HttpError::internal)?;
        kept.push(text.into(), self.recording.limits);
        drop(kept);
        self.recording.changed.send_replace(());
        Ok(id)
    }

    /// Returns the number of clients that follow now. An expensive producer can stop after some time without followers.
    pub fn followers(&self) -> usize {
        self.recording.changed.receiver_count()
    }

    /// Ends the stream successfully.
    pub fn finish(self) {
        self.recording.end(End::Whole);
    }
}

impl<T> Drop for Recorder<T> {
    fn drop(&mut self) {
        self.recording.end(End::Abandoned);
    }
}

impl<T> fmt::Debug for Recorder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

/// How many bytes of events a client receives at a time, or one event if that is larger: a slow client holds them even after they
/// are removed here.
const TOGETHER: usize = 16 * 1024;

/// The data that producer and followers share.
#[derive(Debug)]
pub(super) struct Recording {
    limits: ReplayLimits,
    kept: Mutex<Kept>,
    changed: watch::Sender<()>,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    Abandoned,
}

/// What follows an event.
pub(super) enum Behind {
    Events(Vec<Bytes>),
    /// No event yet.
    Nothing,
    End(End),
}

impl Recording {
    pub(super) fn new(limits: ReplayLimits) -> Self {
        Self {
            limits,
            kept: Mutex::new(Kept {
                events: VecDeque::new(),
                bytes: 0,
                next: 1,
                end: None,
            }),
            changed: watch::Sender::new(()),
        }
    }

    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Removes expired events.
    pub(super) fn forget_old(&self) {
        self.kept().forget(self.limits);
    }

    /// Returns what follows the event with this id; of many events only as many as are sent together.
    pub(super) fn behind(&self, last: u64) -> Result<Behind, ReplayError> {
        let mut kept = self.kept();
        kept.forget(self.limits);
        let first = kept.next - kept.events.len() as u64;
        if last >= kept.next {
            return Err(ReplayError::UnknownEvent);
        }
        if last + 1 < first {
            return Err(ReplayError::Forgotten { first });
        }
        let skipped = usize::try_from(last + 1 - first).unwrap_or(usize::MAX);
        let mut bytes = 0;
        let events: Vec<Bytes> = kept
            .events
            .iter()
            .skip(skipped)
            .map(|event| event.text.clone())
            .take_while(|text| {
                let has_room = bytes == 0 || bytes + text.len() <= TOGETHER;
                bytes += text.len();
                has_room
            })
            .collect();
        Ok(match (events.is_empty(), kept.end) {
            (false, _) => Behind::Events(events),
            (true, None) => Behind::Nothing,
            (true, Some((end, _))) => Behind::End(end),
        })
    }

    pub(super) fn ended(&self) -> Option<Instant> {
        self.kept().end.map(|(_, instant)| instant)
    }

    /// Returns whether it ended longer ago than streams are kept.
    pub(super) fn is_forgotten(&self, now: Instant) -> bool {
        self.ended()
            .is_some_and(|instant| now.duration_since(instant) > self.limits.age)
    }

    /// Returns how many bytes of events are kept.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.kept().bytes
    }

    /// Ends the stream, unless it has ended.
    fn end(&self, end: End) {
        self.kept().end.get_or_insert((end, Instant::now()));
        self.changed.send_replace(());
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Kept {
    /// Their ids are consecutive, up to the one before `next`.
    events: VecDeque<KeptEvent>,
    bytes: usize,
    next: u64,
    end: Option<(End, Instant)>,
}

#[derive(Debug)]
struct KeptEvent {
    text: Bytes,
    published: Instant,
}

impl Kept {
    fn push(&mut self, text: Bytes, limits: ReplayLimits) {
        self.next += 1;
        self.bytes += text.len();
        self.events.push_back(KeptEvent {
            text,
            published: Instant::now(),
        });
        self.forget(limits);
    }

    fn forget(&mut self, limits: ReplayLimits) {
        let now = Instant::now();
        while let Some(oldest) = self.events.front() {
            let is_newest = self.events.len() == 1;
            let too_many = self.events.len() > limits.events || self.bytes > limits.bytes;
            let too_old = now.duration_since(oldest.published) > limits.age;
            if !too_old && (is_newest || !too_many) {
                break;
            }
            self.bytes -= oldest.text.len();
            self.events.pop_front();
        }
    }
}
