//! Whether an idle replica waits for more entries before it runs a small batch.

use std::time::Duration;

use super::time::Time;

/// Learns from the arrivals whether waiting is worth it.
///
/// To run one more entry in the same batch saves the fixed time of a batch, and delays each of the `n` entries that are there. So after each
/// arrival a wait of `fixed / n` breaks even. Whether the next entry arrives within it is observed after each decision, also after those not to
/// wait; a replica waits only if that happens often enough to gain by it.
#[derive(Debug, Default)]
pub(super) struct BatchWait {
    last_arrival: Time,
    /// What was observed with 1, 2 to 3, 4 to 7, … entries.
    sizes: [Observed; 16],
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Observed {
    /// How often the next entry arrives in time, 0 to 1.
    chance: f64,
    /// When it does, after how many seconds.
    gap: f64,
}

/// A decision whose outcome is not known.
#[derive(Clone, Copy, Debug)]
struct Open {
    size: usize,
    since: Time,
    window: Duration,
}

/// How much the newest observation counts.
const NEWEST: f64 = 0.3;

impl BatchWait {
    /// Notes that an entry has arrived.
    pub(super) fn arrived(&mut self, now: Time) {
        if let Some(open) = self.open.take() {
            let gap = now.saturating_sub(open.since);
            let in_time = gap <= open.window;
            let observed = &mut self.sizes[open.size];
            observed.chance += NEWEST * (f64::from(u8::from(in_time)) - observed.chance);
            if in_time {
                observed.gap += NEWEST * (gap.as_secs_f64() - observed.gap);
            }
        }
        self.last_arrival = now;
    }

    /// Returns until when a replica waits that could run these entries now; `None` to run them.
    pub(super) fn until(
        &mut self,
        now: Time,
        entries: usize,
        oldest: Time,
        fixed: Duration,
        max_wait: Duration,
    ) -> Option<Time> {
        let entries = u32::try_from(entries).unwrap_or(u32::MAX).max(1);
        let window = (fixed / entries).min(max_wait);
        let size = (entries.ilog2() as usize).min(self.sizes.len() - 1);
        self.open = Some(Open {
            size,
            since: self.last_arrival,
            window,
        });

        let Observed { chance, gap } = self.sizes[size];
        let expected = chance * gap + (1.0 - chance) * window.as_secs_f64();
        let gains = chance * fixed.as_secs_f64() > f64::from(entries) * expected;
        let until = (self.last_arrival + window).min(oldest + max_wait);
        (gains && until > now).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXED: Duration = Duration::from_millis(4);
    const MAX_WAIT: Duration = Duration::from_millis(10);

    fn micros(micros: u64) -> Time {
        Time::from_micros(micros)
    }

    #[test]
    fn a_replica_learns_to_wait_for_requests_that_arrive_together() {
        let mut wait = BatchWait::default();
        let mut decisions = Vec::new();
        for round in 0..6 {
            let start = micros(round * 10_000);
            wait.arrived(start);
            decisions.push(wait.until(start, 1, start, FIXED, MAX_WAIT).is_some());
            wait.arrived(start + micros(20));
        }
        assert!(!decisions[0], "nothing is known");
        assert!(decisions[5]);
    }

    #[test]
    fn a_lone_client_never_waits() {
        let mut wait = BatchWait::default();
        for round in 0..100 {
            let now = micros(round * 5_000);
            wait.arrived(now);
            assert_eq!(wait.until(now, 1, now, FIXED, MAX_WAIT), None);
        }
    }

    #[test]
    fn the_wait_ends_when_the_next_request_does_not_come() {
        let mut wait = BatchWait::default();
        for round in 0..20 {
            let start = micros(round * 10_000);
            wait.arrived(start);
            wait.until(start, 1, start, FIXED, MAX_WAIT);
            wait.arrived(start + micros(20));
        }
        let now = micros(900_000);
        wait.arrived(now);
        assert_eq!(wait.until(now, 1, now, FIXED, MAX_WAIT), Some(now + FIXED));
        assert_eq!(wait.until(now + FIXED, 1, now, FIXED, MAX_WAIT), None);
        // Nor does it exceed the limit.
        let short = Duration::from_millis(1);
        assert_eq!(wait.until(now, 1, now, FIXED, short), Some(now + short));
    }
}
