//! The types of `chrono`. Its date-times, dates and times serialize as ISO 8601; its durations only inside
//! [`Iso8601`](super::Iso8601).

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta,
    TimeZone, Timelike, Utc,
};

use super::{TemporalValue, local, temporal};
use crate::temporal::{Date, Duration, Time, Zoned};

temporal! {
    DateTime<FixedOffset>;
    DateTime<Utc>;
    NaiveDateTime;
    NaiveDate;
    NaiveTime;
}

impl TemporalValue for NaiveDate {
    type Parts = Date;

    fn from_parts(parts: Date) -> Option<Self> {
        Self::from_ymd_opt(parts.year, parts.month.into(), parts.day.into())
    }

    fn to_parts(&self) -> Date {
        Date {
            year: self.year(),
            month: small(self.month()),
            day: small(self.day()),
        }
    }
}

impl TemporalValue for NaiveTime {
    type Parts = Time;

    fn from_parts(parts: Time) -> Option<Self> {
        let Time {
            hour,
            minute,
            second,
            nanosecond,
        } = parts;
        Self::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanosecond)
    }

    fn to_parts(&self) -> Time {
        Time {
            hour: small(self.hour()),
            minute: small(self.minute()),
            second: small(self.second()),
            // In a leap second `chrono` counts the nanoseconds beyond one billion.
            nanosecond: self.nanosecond() % 1_000_000_000,
        }
    }
}

local! { NaiveDateTime = NaiveDateTime::new, NaiveDate, NaiveTime }

impl TemporalValue for DateTime<FixedOffset> {
    type Parts = Zoned;

    fn from_parts(parts: Zoned) -> Option<Self> {
        let local = NaiveDateTime::from_parts(parts.local)?;
        FixedOffset::east_opt(parts.offset)?
            .from_local_datetime(&local)
            .single()
    }

    fn to_parts(&self) -> Zoned {
        Zoned {
            local: self.naive_local().to_parts(),
            offset: self.offset().fix().local_minus_utc(),
        }
    }
}

impl TemporalValue for DateTime<Utc> {
    type Parts = Zoned;

    fn from_parts(parts: Zoned) -> Option<Self> {
        DateTime::<FixedOffset>::from_parts(parts).map(|temporal| temporal.to_utc())
    }

    fn to_parts(&self) -> Zoned {
        self.fixed_offset().to_parts()
    }
}

impl TemporalValue for TimeDelta {
    type Parts = Duration;

    fn from_parts(parts: Duration) -> Option<Self> {
        Self::try_seconds(parts.seconds)?.checked_add(&Self::nanoseconds(parts.nanoseconds.into()))
    }

    fn to_parts(&self) -> Duration {
        Duration {
            seconds: self.num_seconds(),
            nanoseconds: self.subsec_nanos(),
        }
    }
}

/// Converts a part of a clock or calendar, all of which are below 256.
fn small(part: u32) -> u8 {
    u8::try_from(part).unwrap_or(u8::MAX)
}
