//! `Iso8601<T>`: one written form for the dates, times and durations of every crate.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use super::{TemporalValue, compared, parse, parse_parameter, schema};
use crate::read::ValidationError;
use crate::rules::{HasTemporalOrder, Rules};
use crate::temporal::Parts;
use crate::types::text_kind::{TextKind, text_kinds};

/// Writes a date, a time or a duration in the ISO 8601 form that clients of `FastAPI` expect: `Z` for UTC and any other
/// offset as it was sent, durations as `P1DT2H`. A fraction of a second has six digits; nine if it is not a whole number
/// of microseconds, where `FastAPI` would truncate.
///
/// It is read like its inner type. Use it for types that serialize differently, such as a duration of `chrono`, and
/// where the output must match the digits of another service.
///
/// | feature | inner types |
/// |---|---|
/// | `chrono` | `DateTime<FixedOffset>`, `DateTime<Utc>`, `NaiveDateTime`, `NaiveDate`, `NaiveTime`, `TimeDelta` |
/// | `jiff` | `Timestamp`, `Zoned`, `civil::DateTime`, `civil::Date`, `civil::Time`, `SignedDuration` |
/// | any of these | [`std::time::Duration`], which rejects negative durations |
/// | `time` | `OffsetDateTime`, `UtcDateTime`, `PrimitiveDateTime`, `Date`, `Time`, `Duration` |
///
/// ```
/// # #[cfg(feature = "chrono")] {
/// use avocet::types::Iso8601;
/// use chrono::TimeDelta;
///
/// let lasted: Iso8601<TimeDelta> = avocet::input::from_json(br#""26:00:00""#).unwrap();
/// assert_eq!(lasted.num_hours(), 26);
/// assert_eq!(serde_json::to_string(&lasted).unwrap(), r#""P1DT2H""#);
///
/// let time = |text: &str| avocet::input::from_json::<Iso8601<chrono::NaiveTime>>(text.as_bytes()).unwrap();
/// assert_eq!(serde_json::to_string(&time(r#""08:15:00.5""#)).unwrap(), r#""08:15:00.500000""#);
/// assert_eq!(serde_json::to_string(&time(r#""08:15:00.000000001""#)).unwrap(), r#""08:15:00.000000001""#);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iso8601<T>(
    /// The value.
    pub T,
);

impl<T> Deref for Iso8601<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Iso8601<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: TemporalValue> Serialize for Iso8601<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.to_parts())
    }
}

impl<T: TemporalValue> TextKind for Iso8601<T> {
    const WRONG_KIND: (&'static str, &'static str) = T::Parts::WRONG_KIND;

    fn parse(text: &str) -> Result<Self, ValidationError> {
        parse(text).map(Self)
    }

    fn parse_parameter(text: &str) -> Result<Self, ValidationError> {
        parse_parameter(text).map(Self)
    }

    fn under(self, rules: &Rules) -> Result<Self, ValidationError> {
        compared(self.0, rules).map(Self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> HasTemporalOrder for Iso8601<T> {}

text_kinds! {
    [T: TemporalValue] Iso8601<T>, T::Parts::NAME, schema::<T>();
}
