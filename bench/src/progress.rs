//! What is being done, and how much time is left.

use std::time::Instant;

pub struct Progress {
    begun: Instant,
    /// Estimates, in seconds: of all, and of what is done.
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

    /// One step is over that was thought to take so many seconds.
    pub fn step(&mut self, estimate: f64, what: &str) {
        self.done += estimate;
        // What has passed says how far the estimates are off.
        let pace = self.begun.elapsed().as_secs_f64() / self.done;
        let left = (self.whole - self.done).max(0.0) * pace;
        eprintln!("[{} left] {what}", span(left));
    }
}

/// Minutes and seconds.
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
