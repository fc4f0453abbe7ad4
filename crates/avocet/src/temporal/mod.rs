//! Dates, times and durations as text: one grammar for the types of every crate.
//!
//! `parts` defines the contents of a text; `scanner` and `duration` parse it.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod duration;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod parsed;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod parts;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod scanner;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod zoned_time;

use std::cmp::Ordering;

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use duration::Duration;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use parsed::temporal_of;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use parts::{Date, Local, Parts, Time, Zoned};
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use scanner::number;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(crate) use zoned_time::ZonedTime;

/// A value that a [`Bound`](crate::rules::Bound) is compared with.
///
/// ```
/// fn compared(value: &dyn avocet::rules::Temporal) -> bool {
///     value.compare("2020-01-01").is_some()
/// }
/// ```
pub trait Temporal {
    /// Compares the value with a bound; `None` if the bound is not a text of the value's type.
    fn compare(&self, bound: &str) -> Option<Ordering>;

    /// The bound as error messages write it.
    fn words(&self, bound: &str) -> String;
}

/// Parses a date, a time or a duration of this format: no type has one without the features for these.
#[cfg(not(any(feature = "chrono", feature = "jiff", feature = "time")))]
pub(crate) fn temporal_of(_: &str, _: &str) -> Option<Box<dyn Temporal>> {
    None
}
