//! The limits of recorded streams.

use std::time::Duration;

/// The limits of recorded streams. They use at most `streams × (bytes + one event)` of memory, and 16 KiB or one event for each
/// client that follows.
///
/// | limit | default | what happens beyond it |
/// |---|---|---|
/// | [`streams`](Self::streams) | 1000 | the one that ended first is removed; if none has ended, no new one begins |
/// | [`events`](Self::events) of a stream | 4096 | its oldest event is removed |
/// | [`bytes`](Self::bytes) of a stream | 256 KiB | its oldest event is removed; the newest one is always kept |
/// | [`age`](Self::age) | 5 minutes | an event is removed, and a stream when this time has passed since its end |
///
/// Expired events and streams are removed at most an eighth of the age later (but after 10 ms, and within an hour), even if the
/// streams are unused. A stream that is replaced while clients still read it is kept until they have read it or disconnected.
///
/// ```
/// use avocet::response::ReplayLimits;
/// use std::time::Duration;
///
/// let limits = ReplayLimits::default().streams(100).events(1000).bytes(1 << 20).age(Duration::from_secs(600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayLimits {
    pub(super) streams: usize,
    pub(super) events: usize,
    pub(super) bytes: usize,
    pub(super) age: Duration,
}

impl Default for ReplayLimits {
    fn default() -> Self {
        Self {
            streams: 1000,
            events: 4096,
            bytes: 256 * 1024,
            age: Duration::from_secs(300),
        }
    }
}

impl ReplayLimits {
    /// Sets how many streams are kept, both running and ended.
    pub const fn streams(mut self, count: usize) -> Self {
        self.streams = count;
        self
    }

    /// Sets how many events of each stream are kept.
    pub const fn events(mut self, count: usize) -> Self {
        self.events = count;
        self
    }

    /// Sets how many bytes of each stream are kept, counted as they are sent.
    pub const fn bytes(mut self, count: usize) -> Self {
        self.bytes = count;
        self
    }

    /// Sets how long events are kept, and a stream after its end.
    pub const fn age(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }
}
