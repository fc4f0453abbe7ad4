//! The counters of one route, without a lock or a lookup.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;

use super::histogram::Histogram;
use super::websockets::WebSockets;

/// Statuses from 100 to 599 each have an entry; the first is for requests without a response, the last for any other.
const STATUSES: usize = 502;

/// The counters of one method and route.
#[derive(Debug)]
pub(crate) struct Meter {
    pub(super) method: Box<str>,
    pub(super) route: Box<str>,
    statuses: Box<[AtomicU64]>,
    pub(super) durations: Histogram,
    pub(super) first_bytes: Histogram,
    pub(super) in_flight: AtomicI64,
    pub(super) streams: AtomicI64,
    pub(super) items: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) left: AtomicU64,
    pub(super) panics: AtomicU64,
    pub(super) websockets: WebSockets,
}

/// The data of a request at its end.
pub(crate) struct Ended {
    pub(crate) status: Option<StatusCode>,
    pub(crate) duration: Duration,
    pub(crate) bytes: u64,
    pub(crate) was_stream: bool,
    pub(crate) has_left: bool,
}

impl Meter {
    pub(super) fn new(method: &str, route: &str) -> Self {
        Self {
            method: method.into(),
            route: route.into(),
            statuses: (0..STATUSES).map(|_| AtomicU64::new(0)).collect(),
            durations: Histogram::default(),
            first_bytes: Histogram::default(),
            in_flight: AtomicI64::new(0),
            streams: AtomicI64::new(0),
            items: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            left: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            websockets: WebSockets::default(),
        }
    }

    pub(crate) fn begins(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stream_begins(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn first_byte(&self, after: Duration) {
        self.first_bytes.observe(after);
    }

    pub(crate) fn items(&self, count: u64) {
        self.items.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn panicked(&self, count: u64) {
        self.panics.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn ends(&self, ended: &Ended) {
        let location = match ended.status.map(|status| usize::from(status.as_u16())) {
            None => 0,
            Some(status @ 100..600) => status - 99,
            Some(_) => STATUSES - 1,
        };
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.statuses[location].fetch_add(1, Ordering::Relaxed);
        self.durations.observe(ended.duration);
        self.bytes.fetch_add(ended.bytes, Ordering::Relaxed);
        if ended.was_stream {
            self.streams.fetch_sub(1, Ordering::Relaxed);
        }
        if ended.has_left {
            self.left.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns the statuses of the responses, as written, with their counts.
    pub(super) fn answered(&self) -> impl Iterator<Item = (String, u64)> {
        self.statuses
            .iter()
            .enumerate()
            .filter_map(|(location, count)| {
                let name = match location {
                    0 => "none".to_owned(),
                    location if location == STATUSES - 1 => "other".to_owned(),
                    location => (location + 99).to_string(),
                };
                let count = count.load(Ordering::Relaxed);
                (count > 0).then_some((name, count))
            })
    }

    /// Returns whether there was any stream.
    pub(super) fn streams_at_all(&self) -> bool {
        self.streams.load(Ordering::Relaxed) != 0 || self.first_bytes.counted().count > 0
    }

    /// Returns whether there was any request.
    pub(super) fn is_used(&self) -> bool {
        self.in_flight.load(Ordering::Relaxed) != 0 || self.durations.counted().count > 0
    }
}
