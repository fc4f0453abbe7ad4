//! The types of `time`. They serialize differently and so are only supported inside [`Iso8601`](super::Iso8601).

use time::{
    Date as CalendarDate, Duration as SignedDuration, OffsetDateTime, PrimitiveDateTime,
    Time as ClockTime, UtcDateTime, UtcOffset,
};

use super::{TemporalValue, local};
use crate::temporal::{Date, Duration, Time, Zoned};

impl TemporalValue for CalendarDate {
    type Parts = Date;

    fn from_parts(parts: Date) -> Option<Self> {
        Self::from_calendar_date(parts.year, parts.month.try_into().ok()?, parts.day).ok()
    }

    fn to_parts(&self) -> Date {
        Date {
            year: self.year(),
            month: self.month().into(),
            day: self.day(),
        }
    }
}

impl TemporalValue for ClockTime {
    type Parts = Time;

    fn from_parts(parts: Time) -> Option<Self> {
        Self::from_hms_nano(parts.hour, parts.minute, parts.second, parts.nanosecond).ok()
    }

    fn to_parts(&self) -> Time {
        let (hour, minute, second, nanosecond) = self.as_hms_nano();
        Time {
            hour,
            minute,
            second,
            nanosecond,
        }
    }
}

local! { PrimitiveDateTime = PrimitiveDateTime::new, CalendarDate, ClockTime }

impl TemporalValue for OffsetDateTime {
    type Parts = Zoned;

    fn from_parts(parts: Zoned) -> Option<Self> {
        let offset = UtcOffset::from_whole_seconds(parts.offset).ok()?;
        Some(PrimitiveDateTime::from_parts(parts.local)?.assume_offset(offset))
    }

    fn to_parts(&self) -> Zoned {
        Zoned {
            local: PrimitiveDateTime::new(self.date(), self.time()).to_parts(),
            offset: self.offset().whole_seconds(),
        }
    }
}

impl TemporalValue for UtcDateTime {
    type Parts = Zoned;

    fn from_parts(parts: Zoned) -> Option<Self> {
        // At both ends of the calendar the same instant may be out of range in UTC.
        OffsetDateTime::from_parts(parts)?
            .checked_to_offset(UtcOffset::UTC)
            .map(Self::from)
    }

    fn to_parts(&self) -> Zoned {
        OffsetDateTime::from(*self).to_parts()
    }
}

impl TemporalValue for SignedDuration {
    type Parts = Duration;

    fn from_parts(parts: Duration) -> Option<Self> {
        Some(Self::new(parts.seconds, parts.nanoseconds))
    }

    fn to_parts(&self) -> Duration {
        Duration {
            seconds: self.whole_seconds(),
            nanoseconds: self.subsec_nanoseconds(),
        }
    }
}
