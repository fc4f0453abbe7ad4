//! `Deadline`: the time until which a result is wanted.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The time until which a result is wanted.
///
/// ```
/// use std::time::Duration;
///
/// use avocet_context::Deadline;
///
/// let deadline = Deadline::after(Duration::from_secs(10));
/// assert!(!deadline.is_over() && deadline.remaining() <= Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline(Instant);

/// A time that is longer than any program runs, for durations that the clock cannot add.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl Deadline {
    /// Creates the deadline that is this far away from now.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let never = avocet_context::Deadline::after(Duration::MAX);
    /// assert!(!never.is_over());
    /// ```
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now() + duration.min(FAR))
    }

    /// Creates the deadline at an instant.
    ///
    /// ```
    /// let over = avocet_context::Deadline::at(std::time::Instant::now());
    /// assert!(over.is_over());
    /// ```
    pub fn at(instant: std::time::Instant) -> Self {
        Self(Instant::from_std(instant))
    }

    /// Returns the remaining time, zero after the deadline.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// assert_eq!(avocet_context::Deadline::after(Duration::ZERO).remaining(), Duration::ZERO);
    /// ```
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Returns whether the deadline has passed.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// assert!(avocet_context::Deadline::after(Duration::ZERO).is_over());
    /// ```
    pub fn is_over(self) -> bool {
        self.0 <= Instant::now()
    }

    /// Waits until the deadline.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use std::time::Duration;
    ///
    /// let deadline = avocet_context::Deadline::after(Duration::from_millis(1));
    /// deadline.passed().await;
    /// assert!(deadline.is_over());
    /// # }
    /// ```
    pub async fn passed(self) {
        sleep_until(self.0).await;
    }
}
