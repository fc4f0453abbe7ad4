//! How much of recorded streams is kept.

use std::time::Duration;

/// What recorded streams may cost: at most `streams × (bytes + one event)`, and for each client that follows 16 KiB or one event.
///
/// | limit | default | what happens beyond it |
/// |---|---|---|
/// | [`streams`](Self::streams) | 1000 | the one that ended first is forgotten; if none has ended, none begins |
/// | [`events`](Self::events) of a stream | 4096 | its oldest event is forgotten |
/// | [`bytes`](Self::bytes) of a stream | 256 KiB | its oldest event is forgotten; the newest one is always kept |
/// | [`age`](Self::age) | 5 minutes | an event is forgotten, and a stream so long after its end |
///
/// What is too old is forgotten at the latest after an eighth more of the age (but after 10 ms, and within an hour), whether the
/// streams are used or not. One that is replaced while clients still read it is held until they have read it or have left.
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
    /// How many streams are kept, those that go on and those that have ended.
    pub const fn streams(mut self, count: usize) -> Self {
        self.streams = count;
        self
    }

    /// How many events of each stream are kept.
    pub const fn events(mut self, count: usize) -> Self {
        self.events = count;
        self
    }

    /// How many bytes of each stream are kept, counted as they are sent.
    pub const fn bytes(mut self, count: usize) -> Self {
        self.bytes = count;
        self
    }

    /// How long events are kept, and a stream after its end.
    pub const fn age(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }
}
