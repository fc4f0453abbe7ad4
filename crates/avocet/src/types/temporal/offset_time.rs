//! `OffsetTime<T>`: a time of day with its offset from UTC.

use serde::{Serialize, Serializer};

use super::{TemporalValue, compared, parse, schema};
use crate::read::ValidationError;
use crate::rules::{HasTemporalOrder, Rules};
use crate::temporal::{Parts, Time, ZonedTime};
use crate::types::text_kind::{TextKind, text_kinds};

/// A time of day with an offset from UTC, the `full-time` of RFC 3339: `08:30:00+02:00`, or `08:30:00Z`.
///
/// The date and time crates have no type for it, so it wraps the time of any: `chrono::NaiveTime`, `jiff::civil::Time`,
/// `time::Time`. It is read as Pydantic reads a `time` with an offset, written with the offset that was sent, and
/// documented with the format `time`. A time without an offset is rejected with `timezone_aware`.
///
/// Bounds compare the times in UTC: `ge = "08:00:00Z"`.
///
/// ```
/// # #[cfg(feature = "chrono")] {
/// use avocet::types::OffsetTime;
/// use chrono::NaiveTime;
///
/// let opens: OffsetTime<NaiveTime> = avocet::input::from_json(br#""08:30:00+02:00""#).unwrap();
/// assert_eq!(opens.time, NaiveTime::from_hms_opt(8, 30, 0).unwrap());
/// assert_eq!(opens.offset_seconds, 7200);
/// assert_eq!(serde_json::to_string(&opens).unwrap(), r#""08:30:00+02:00""#);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OffsetTime<T> {
    /// The time of day at this offset from UTC.
    pub time: T,
    /// The offset from UTC in seconds, positive to the east; less than 24 hours.
    pub offset_seconds: i32,
}

impl<T: TemporalValue<Parts = Time>> TemporalValue for OffsetTime<T> {
    type Parts = ZonedTime;

    fn from_parts(parts: ZonedTime) -> Option<Self> {
        Some(Self {
            time: T::from_parts(parts.time)?,
            offset_seconds: parts.offset,
        })
    }

    fn to_parts(&self) -> ZonedTime {
        ZonedTime {
            time: self.time.to_parts(),
            offset: self.offset_seconds,
        }
    }
}

impl<T: TemporalValue<Parts = Time>> Serialize for OffsetTime<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.to_parts())
    }
}

impl<T: TemporalValue<Parts = Time>> TextKind for OffsetTime<T> {
    const WRONG_KIND: (&'static str, &'static str) = ZonedTime::WRONG_KIND;

    fn parse(text: &str) -> Result<Self, ValidationError> {
        parse(text)
    }

    fn under(self, rules: &Rules) -> Result<Self, ValidationError> {
        compared(self, rules)
    }
}

#[diagnostic::do_not_recommend]
impl<T> HasTemporalOrder for OffsetTime<T> {}

text_kinds! {
    [T: TemporalValue<Parts = Time>] OffsetTime<T>, ZonedTime::NAME, schema::<OffsetTime<T>>();
}
