//! The backoff after a failed accept.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The log has at most one line per this time, however often accepting fails.
const QUIET: Duration = Duration::from_secs(10);

/// Failures to accept: how long to pause after each, and which ones to log.
#[derive(Debug, Default)]
pub(crate) struct AcceptBackoff {
    /// The length of the last pause; zero after a success.
    pause: Duration,
    told: Option<Instant>,
    untold: u64,
}

impl AcceptBackoff {
    /// Resets the backoff after an accepted connection.
    pub(crate) fn over(&mut self) {
        self.pause = Duration::ZERO;
    }

    /// Records a failed accept; returns the time of the next attempt.
    ///
    /// No failure stops the server: whatever the cause (most likely a lack of file
    /// descriptors), the open connections continue and end.
    pub(crate) fn another(&mut self, error: &io::Error) -> Option<Instant> {
        if is_fault_of_client(error) {
            tracing::debug!(%error, "a connection closed before it was accepted");
            return None;
        }
        self.untold += 1;
        let now = Instant::now();
        if self.told.is_none_or(|told| now - told >= QUIET) {
            let failures = self.untold;
            tracing::warn!(%error, failures, "cannot accept connections; trying again");
            self.told = Some(now);
            self.untold = 0;
        }
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        Some(now + self.pause)
    }
}

/// Returns whether the failure concerns only the connection that was to be accepted, and not the next one.
fn is_fault_of_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(error: io::ErrorKind, count: usize) -> Vec<Option<u128>> {
        let mut accept_backoff = AcceptBackoff::default();
        let mut pause = || {
            let before = accept_backoff.pause;
            let until = accept_backoff.another(&error.into());
            until.map(|_| accept_backoff.pause.max(before).as_millis())
        };
        (0..count).map(|_| pause()).collect()
    }

    #[test]
    fn pauses_grow_to_a_bound() {
        let expected = [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000].map(Some);
        assert_eq!(pauses(io::ErrorKind::OutOfMemory, 10), expected);
    }

    #[test]
    fn a_client_that_left_costs_no_pause() {
        assert_eq!(pauses(io::ErrorKind::ConnectionAborted, 3), [None; 3]);
    }

    #[test]
    fn a_success_starts_over() {
        let mut accept_backoff = AcceptBackoff::default();
        let failure = io::ErrorKind::OutOfMemory.into();
        accept_backoff.another(&failure);
        accept_backoff.another(&failure);
        accept_backoff.over();
        accept_backoff.another(&failure);
        assert_eq!(accept_backoff.pause, FIRST_PAUSE);
    }
}
