//! Dates, times and durations: one grammar for the types of every crate.
//!
//! `parts` defines the contents of a text, `scan` and `duration` parse it, `iso8601` is the common written form, and
//! each crate has a file that converts parts to its types.

mod iso8601;
mod offset_time;
mod standard;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

pub use iso8601::Iso8601;
pub use offset_time::OffsetTime;

use crate::model::Schema;
use crate::read::ValidationError;
use crate::rules::Rules;
use crate::temporal::{Parts, number};

/// A crate's type for a date, a time, both, or a duration.
pub trait TemporalValue: Sized + Send + 'static {
    /// The parts of its text.
    type Parts: Parts;

    /// Converts parts to the value; `None` if the crate's range is narrower than that of the parts.
    fn from_parts(parts: Self::Parts) -> Option<Self>;

    /// Converts the value to parts.
    fn to_parts(&self) -> Self::Parts;
}

fn schema<T: TemporalValue>() -> Schema {
    Schema::string().with("format", T::Parts::FORMAT)
}

fn parse<T: TemporalValue>(text: &str) -> Result<T, ValidationError> {
    from_parts(T::Parts::parse(text)?)
}

fn parse_parameter<T: TemporalValue>(text: &str) -> Result<T, ValidationError> {
    let number = number(text);
    match number.and_then(|(seconds, nanoseconds)| T::Parts::from_seconds(seconds, nanoseconds)) {
        Some(parts) => from_parts(parts?),
        None => parse(text),
    }
}

fn from_parts<T: TemporalValue>(parts: T::Parts) -> Result<T, ValidationError> {
    T::from_parts(parts).ok_or_else(|| T::Parts::error("it is out of range"))
}

/// Returns the value, if it is within its bounds.
fn compared<T: TemporalValue>(value: T, rules: &Rules) -> Result<T, ValidationError> {
    if rules.own.is_empty() {
        return Ok(value);
    }
    let parts = value.to_parts();
    let mut broken = rules.own.iter().filter_map(|rule| rule.temporal(&parts));
    broken.next().map_or(Ok(value), Err)
}

/// Implements `Model`, `Input` and `FromText` for types whose serialized form matches their schema.
#[cfg(any(feature = "chrono", feature = "jiff"))]
macro_rules! temporal {
    ($($kind:ty;)*) => {$(
        impl $crate::types::text_kind::TextKind for $kind {
            const WRONG_KIND: (&'static str, &'static str) =
                <<Self as super::TemporalValue>::Parts as crate::temporal::Parts>::WRONG_KIND;

            fn parse(text: &str) -> Result<Self, $crate::read::ValidationError> {
                super::parse(text)
            }

            fn parse_parameter(text: &str) -> Result<Self, $crate::read::ValidationError> {
                super::parse_parameter(text)
            }

            fn under(self, rules: &$crate::rules::Rules) -> Result<Self, $crate::read::ValidationError> {
                super::compared(self, rules)
            }
        }

        #[diagnostic::do_not_recommend]
        impl $crate::rules::HasTemporalOrder for $kind {}

        $crate::types::text_kind::text_kinds! {
            [] $kind, <<$kind as super::TemporalValue>::Parts as crate::temporal::Parts>::NAME, super::schema::<$kind>();
        }
    )*};
}

#[cfg(any(feature = "chrono", feature = "jiff"))]
use temporal;

/// Implements `TemporalValue` for a date and a time without a zone, by the function that joins both.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! local {
    ($local:ident = $join:path, $date:ident, $time:ident) => {
        impl TemporalValue for $local {
            type Parts = crate::temporal::Local;

            fn from_parts(parts: crate::temporal::Local) -> Option<Self> {
                let time = $time::from_parts(parts.time)?;
                Some($join($date::from_parts(parts.date)?, time))
            }

            fn to_parts(&self) -> crate::temporal::Local {
                crate::temporal::Local {
                    date: self.date().to_parts(),
                    time: self.time().to_parts(),
                }
            }
        }
    };
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use local;
