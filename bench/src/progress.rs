//! Prints the current step and the remaining time.

use std::time::Instant;

pub struct Progress {
    begun: Instant,
    /// Estimates, in seconds: in total, and of the completed steps.
    whole: f64,
    done: f64,
}

impl Progress {
    pub fn new(whole: f64) -> Self {
        Self {
            begun: Instant::now(),
            whole,
            done: 0.0,
        }
    }

    /// Records a completed step with its estimate in seconds.
    pub fn step(&mut self, estimate: f64, what: &str) {
        self.done += estimate;
        // The elapsed time shows how far off the estimates are.
        let pace = self.begun.elapsed().as_secs_f64() / self.done;
        let left = (self.whole - self.done).max(0.0) * pace;
        eprintln!("[{} left] {what}", span(left));
    }
}

/// Formats minutes and seconds.
pub fn span(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    #[test]
    fn spans_have_minutes_and_seconds() {
        assert_eq!(super::span(0.4), "0:00");
        assert_eq!(super::span(754.6), "12:35");
    }
}
