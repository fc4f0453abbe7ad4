//! The metrics of `WebSocket`s, from the handshake to the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::{Meter, Metrics};
use crate::operation::Operation;

/// The distinguished close codes: a client can choose from three thousand.
const CODES: [&str; 22] = [
    "1000", "1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008", "1009", "1010", "1011",
    "1012", "1013", "1014", "1015", "3000", "3003", "3008", "3xxx", "4xxx", "other",
];

/// The code of an end without a close frame.
const ABNORMAL: u16 = 1006;

/// The counters of one route.
#[derive(Debug, Default)]
pub(super) struct WebSockets {
    pub(super) open: AtomicI64,
    pub(super) received: AtomicU64,
    pub(super) sent: AtomicU64,
    ends: [AtomicU64; CODES.len()],
}

impl WebSockets {
    /// Returns the close codes with their counts.
    pub(super) fn ended(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.ends.iter().map(|count| count.load(Ordering::Relaxed));
        CODES
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
    }

    /// Returns whether there was any WebSocket.
    pub(super) fn any(&self) -> bool {
        self.open.load(Ordering::Relaxed) != 0 || self.ended().next().is_some()
    }
}

fn location(code: u16) -> usize {
    match code {
        1000..=1015 => usize::from(code - 1000),
        3000 => 16,
        3003 => 17,
        3008 => 18,
        3001..=3999 => 19,
        4000..=4999 => 20,
        _ => 21,
    }
}

/// The meter of the `WebSocket`s of one route, if metrics are enabled.
#[derive(Clone, Debug)]
pub(crate) struct WebSocketMeter(Option<(Arc<Meter>, Metrics)>);

impl WebSocketMeter {
    pub(crate) fn new(metrics: Option<&Metrics>, operation: &Operation) -> Self {
        Self(metrics.map(|metrics| {
            let meter = metrics.meter(operation.method.as_str(), &operation.path);
            (meter, metrics.clone())
        }))
    }

    /// Counts a WebSocket as open until the value is dropped.
    pub(crate) fn opened(self) -> OpenWebSocket {
        let open = OpenWebSocket {
            meter: self,
            code: None,
        };
        open.count(|websockets| websockets.open.fetch_add(1, Ordering::Relaxed));
        open
    }
}

/// The guard of an open WebSocket.
#[derive(Debug)]
pub(crate) struct OpenWebSocket {
    meter: WebSocketMeter,
    /// The code of the first close frame, from either side.
    code: Option<u16>,
}

impl OpenWebSocket {
    /// Counts a received message.
    pub(crate) fn received(&self) {
        self.count(|websockets| websockets.received.fetch_add(1, Ordering::Relaxed));
    }

    /// Counts a sent message.
    pub(crate) fn sent(&self) {
        self.count(|websockets| websockets.sent.fetch_add(1, Ordering::Relaxed));
    }

    /// Records the close code; only the first one counts.
    pub(crate) fn closed_with(&mut self, code: u16) {
        self.code.get_or_insert(code);
    }

    /// Counts a reached limit, by its name in [`Limits`](crate::serve::Limits).
    pub(crate) fn limit_hit(&self, limit: &'static str) {
        if let Some((_, metrics)) = &self.meter.0 {
            metrics.limit_hit(limit);
        }
    }

    fn count<T>(&self, count: impl FnOnce(&WebSockets) -> T) {
        if let Some((meter, _)) = &self.meter.0 {
            count(&meter.websockets);
        }
    }
}

impl Drop for OpenWebSocket {
    fn drop(&mut self) {
        let location = location(self.code.unwrap_or(ABNORMAL));
        self.count(|websockets| {
            websockets.open.fetch_sub(1, Ordering::Relaxed);
            websockets.ends[location].fetch_add(1, Ordering::Relaxed);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_location() {
        let named = CODES.iter().filter_map(|code| code.parse().ok());
        assert!(
            named
                .clone()
                .all(|code: u16| CODES[location(code)] == code.to_string())
        );
        assert_eq!(named.count(), 19);
        let others = [3001, 3999, 4000, 4999, 999, 5000].map(|code| CODES[location(code)]);
        assert_eq!(others, ["3xxx", "3xxx", "4xxx", "4xxx", "other", "other"]);
    }
}
