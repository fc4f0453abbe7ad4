//! How long a batch runs, as a function of its cost.

use std::time::Duration;

/// A line through the measured batches, `fixed + cost * slope`, by least squares in which older batches count less.
#[derive(Debug, Default)]
pub(super) struct ServiceTime {
    weight: f64,
    cost: f64,
    seconds: f64,
    cost_squared: f64,
    cost_seconds: f64,
}

/// What the sums lose with each batch: half of them comes from the last 14 batches.
const MEMORY: f64 = 0.95;

impl ServiceTime {
    /// Adds a measured batch.
    pub(super) fn observe(&mut self, cost: u64, elapsed: Duration) {
        let (x, y) = (number(cost), elapsed.as_secs_f64());
        for (sum, value) in [
            (&mut self.weight, 1.0),
            (&mut self.cost, x),
            (&mut self.seconds, y),
            (&mut self.cost_squared, x * x),
            (&mut self.cost_seconds, x * y),
        ] {
            *sum = *sum * MEMORY + value;
        }
    }

    /// Returns how long a batch of this cost runs; `None` before the first one.
    pub(super) fn predict(&self, cost: u64) -> Option<Duration> {
        let (fixed, slope) = self.line()?;
        Duration::try_from_secs_f64(fixed + slope * number(cost)).ok()
    }

    /// Returns the part that does not depend on the cost.
    pub(super) fn fixed(&self) -> Option<Duration> {
        self.line()
            .and_then(|(fixed, _)| Duration::try_from_secs_f64(fixed).ok())
    }

    /// Neither part is negative: more work is never faster, and nothing takes less than no time.
    fn line(&self) -> Option<(f64, f64)> {
        if self.weight == 0.0 {
            return None;
        }
        let (mean_cost, mean) = (self.cost / self.weight, self.seconds / self.weight);
        let variance = self.cost_squared / self.weight - mean_cost * mean_cost;
        let covariance = self.cost_seconds / self.weight - mean_cost * mean;
        // Batches of one size say nothing about others.
        let slope = if variance > 1e-9 * mean_cost * mean_cost {
            (covariance / variance).max(0.0)
        } else {
            0.0
        };
        let fixed = mean - slope * mean_cost;
        Some(if fixed >= 0.0 {
            (fixed, slope)
        } else {
            (0.0, mean / mean_cost)
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "costs are far below 2^52")]
fn number(cost: u64) -> f64 {
    cost as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(batches: &[(u64, u64)]) -> ServiceTime {
        let mut time = ServiceTime::default();
        for &(cost, milliseconds) in batches {
            time.observe(cost, Duration::from_millis(milliseconds));
        }
        time
    }

    fn near(found: Option<Duration>, milliseconds: f64) -> bool {
        (found.expect("a prediction").as_secs_f64() * 1e3 - milliseconds).abs() < 0.01
    }

    #[test]
    fn a_line_is_found_in_batches_of_several_sizes() {
        let time = after(&[(1, 5), (11, 15), (21, 25), (6, 10)]);
        assert!(near(time.fixed(), 4.0) && near(time.predict(100), 104.0));
    }

    #[test]
    fn batches_of_one_size_have_a_fixed_time() {
        let time = after(&[(8, 4), (8, 4), (8, 4)]);
        assert!(near(time.predict(1), 4.0) && near(time.predict(32), 4.0));
    }

    #[test]
    fn a_line_below_zero_is_bent_to_zero() {
        let time = after(&[(1, 1), (2, 10), (3, 30)]);
        assert!(near(time.fixed(), 0.0) && time.predict(3) > time.predict(1));
    }

    #[test]
    fn nothing_is_known_before_the_first_batch() {
        assert_eq!(after(&[]).predict(1), None);
    }

    #[test]
    fn a_model_that_becomes_slower_is_noticed() {
        let mut batches = vec![(1, 1); 100];
        batches.extend(vec![(1, 9); 60]);
        assert!(after(&batches).predict(1) > Some(Duration::from_millis(8)));
    }
}
