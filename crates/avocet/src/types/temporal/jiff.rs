//! The types of `jiff`. `Zoned` serializes with the name of its zone, which is not a `date-time`, so it is only
//! supported inside [`Iso8601`](super::Iso8601). A `Timestamp` does not keep the offset that was sent.

use jiff::civil::{Date as CivilDate, DateTime as CivilDateTime, Time as CivilTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, Zoned as ZonedDateTime};

use super::{TemporalValue, local, temporal};
use crate::temporal::{Date, Duration, Time, Zoned};

temporal! {
    Timestamp;
    CivilDateTime;
    CivilDate;
    CivilTime;
    SignedDuration;
}

impl TemporalValue for CivilDate {
    type Parts = Date;

    fn from_parts(parts: Date) -> Option<Self> {
        let year = i16::try_from(parts.year).ok()?;
        Self::new(year, signed(parts.month)?, signed(parts.day)?).ok()
    }

    fn to_parts(&self) -> Date {
        Date {
            year: self.year().into(),
            month: self.month().unsigned_abs(),
            day: self.day().unsigned_abs(),
        }
    }
}

impl TemporalValue for CivilTime {
    type Parts = Time;

    fn from_parts(parts: Time) -> Option<Self> {
        let nanosecond = i32::try_from(parts.nanosecond).ok()?;
        let (hour, minute, second) = (parts.hour, parts.minute, parts.second);
        Self::new(signed(hour)?, signed(minute)?, signed(second)?, nanosecond).ok()
    }

    fn to_parts(&self) -> Time {
        Time {
            hour: self.hour().unsigned_abs(),
            minute: self.minute().unsigned_abs(),
            second: self.second().unsigned_abs(),
            nanosecond: self.subsec_nanosecond().unsigned_abs(),
        }
    }
}

local! { CivilDateTime = CivilDateTime::from_parts, CivilDate, CivilTime }

impl TemporalValue for ZonedDateTime {
    type Parts = Zoned;

    fn from_parts(parts: Zoned) -> Option<Self> {
        let offset = Offset::from_seconds(parts.offset).ok()?;
        let local = <CivilDateTime as TemporalValue>::from_parts(parts.local)?;
        local.to_zoned(TimeZone::fixed(offset)).ok()
    }

    fn to_parts(&self) -> Zoned {
        Zoned {
            local: self.datetime().to_parts(),
            offset: self.offset().seconds(),
        }
    }
}

impl TemporalValue for Timestamp {
    type Parts = Zoned;

    fn from_parts(parts: Zoned) -> Option<Self> {
        ZonedDateTime::from_parts(parts).map(|temporal| temporal.timestamp())
    }

    fn to_parts(&self) -> Zoned {
        self.to_zoned(TimeZone::UTC).to_parts()
    }
}

impl TemporalValue for SignedDuration {
    type Parts = Duration;

    fn from_parts(parts: Duration) -> Option<Self> {
        Some(Self::new(parts.seconds, parts.nanoseconds))
    }

    fn to_parts(&self) -> Duration {
        Duration {
            seconds: self.as_secs(),
            nanoseconds: self.subsec_nanos(),
        }
    }
}

fn signed(part: u8) -> Option<i8> {
    i8::try_from(part).ok()
}
