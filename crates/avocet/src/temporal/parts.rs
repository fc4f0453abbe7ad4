//! The parts of dates and times, and their written form.

use std::fmt::{self, Display};

use super::scanner::{Scan, Scanner};
use crate::read::ValidationError;

/// The parts of one kind of text; `Display` writes the form used in responses.
pub trait Parts: Sized + Display {
    /// The name of the schema.
    const NAME: &'static str;
    /// The format in JSON Schema.
    const FORMAT: &'static str;
    /// The error for a JSON value that is not text.
    const WRONG_KIND: (&'static str, &'static str);

    /// The error for an invalid text.
    fn error(error: &'static str) -> ValidationError;

    /// Parses a text.
    fn parse(text: &str) -> Result<Self, ValidationError>;

    /// The sort key among values of the same kind.
    fn order(&self) -> i128;

    /// The value as error messages write it.
    fn words(&self) -> String {
        self.to_string()
    }

    /// Converts a number in a parameter, for kinds that accept numbers.
    fn from_seconds(seconds: i64, nanoseconds: u32) -> Option<Result<Self, ValidationError>> {
        let _ = (seconds, nanoseconds);
        None
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub(crate) year: i32,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) nanosecond: u32,
}

/// A date and a time without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    pub(crate) date: Date,
    pub(crate) time: Time,
}

/// A date and a time with their offset from UTC in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoned {
    pub(crate) local: Local,
    pub(crate) offset: i32,
}

fn temporal_error(kind: &'static str, expected: &str, error: &'static str) -> ValidationError {
    ValidationError::new(kind, format!("Input should be {expected}, {error}")).with("error", error)
}

/// A second in nanoseconds, the unit of sort keys.
pub(super) const SECOND: i128 = 1_000_000_000;

pub(super) fn zone_wanted() -> ValidationError {
    ValidationError::new("timezone_aware", "Input should have timezone info")
}

fn no_zone_wanted() -> ValidationError {
    ValidationError::new("timezone_naive", "Input should not have timezone info")
}

impl Parts for Date {
    const NAME: &'static str = "date";
    const FORMAT: &'static str = "date";
    const WRONG_KIND: (&'static str, &'static str) = ("date_type", "Input should be a valid date");

    fn error(error: &'static str) -> ValidationError {
        temporal_error(
            "date_from_datetime_parsing",
            "a valid date or datetime",
            error,
        )
    }

    /// Parses a date, or a date-time at midnight in any zone.
    fn parse(text: &str) -> Result<Self, ValidationError> {
        let read = Scan::whole(text, Scan::date_and_time).map_err(Self::error)?;
        whole_day(Local {
            date: read.date,
            time: read.time,
        })
    }

    fn order(&self) -> i128 {
        i128::from(self.day_number())
    }

    fn from_seconds(seconds: i64, nanoseconds: u32) -> Option<Result<Self, ValidationError>> {
        Zoned::since_1970(seconds, nanoseconds).map(|temporal| whole_day(temporal.local))
    }
}

fn whole_day(local: Local) -> Result<Date, ValidationError> {
    if local.time == Time::default() {
        return Ok(local.date);
    }
    Err(ValidationError::new(
        "date_from_datetime_inexact",
        "Datetimes provided to dates should have zero time - e.g. be exact dates",
    ))
}

impl Parts for Time {
    const NAME: &'static str = "time";
    /// `time` has a zone; this is the `OpenAPI` registry's format for a time without one.
    const FORMAT: &'static str = "time-local";
    const WRONG_KIND: (&'static str, &'static str) = ("time_type", "Input should be a valid time");

    fn error(error: &'static str) -> ValidationError {
        temporal_error("time_parsing", "in a valid time format", error)
    }

    fn parse(text: &str) -> Result<Self, ValidationError> {
        let read = Scan::whole(text, |scan| Ok((scan.time()?, scan.offset()?)));
        match read.map_err(Self::error)? {
            (time, None) => Ok(time),
            (_, Some(_)) => Err(no_zone_wanted()),
        }
    }

    fn order(&self) -> i128 {
        let minutes = i128::from(self.hour) * 60 + i128::from(self.minute);
        let seconds = minutes * 60 + i128::from(self.second);
        seconds * SECOND + i128::from(self.nanosecond)
    }
}

const DATE_TIME_TYPE: (&str, &str) = ("datetime_type", "Input should be a valid datetime");

fn date_time_error(error: &'static str) -> ValidationError {
    temporal_error(
        "datetime_from_date_parsing",
        "a valid datetime or date",
        error,
    )
}

fn date_time(text: &str) -> Result<Scanner, ValidationError> {
    Scan::whole(text, Scan::date_and_time).map_err(date_time_error)
}

impl Parts for Local {
    const NAME: &'static str = "NaiveDatetime";
    /// `date-time` has a zone; this is the `OpenAPI` registry's format for a date-time without one.
    const FORMAT: &'static str = "date-time-local";
    const WRONG_KIND: (&'static str, &'static str) = DATE_TIME_TYPE;

    fn error(error: &'static str) -> ValidationError {
        date_time_error(error)
    }

    fn parse(text: &str) -> Result<Self, ValidationError> {
        let read = date_time(text)?;
        match read.offset {
            None => Ok(Self {
                date: read.date,
                time: read.time,
            }),
            Some(_) => Err(no_zone_wanted()),
        }
    }

    fn order(&self) -> i128 {
        self.date.order() * i128::from(DAY) * SECOND + self.time.order()
    }
}

impl Parts for Zoned {
    const NAME: &'static str = "datetime";
    const FORMAT: &'static str = "date-time";
    const WRONG_KIND: (&'static str, &'static str) = DATE_TIME_TYPE;

    fn error(error: &'static str) -> ValidationError {
        date_time_error(error)
    }

    fn parse(text: &str) -> Result<Self, ValidationError> {
        let read = date_time(text)?;
        let local = Local {
            date: read.date,
            time: read.time,
        };
        let offset = read.offset.ok_or_else(zone_wanted)?;
        Ok(Self { local, offset })
    }

    fn order(&self) -> i128 {
        self.local.order() - i128::from(self.offset) * SECOND
    }

    fn from_seconds(seconds: i64, nanoseconds: u32) -> Option<Result<Self, ValidationError>> {
        Self::since_1970(seconds, nanoseconds).map(Ok)
    }
}

/// A larger number is in milliseconds: as seconds it would be after the year 2603.
const MOST_SECONDS: u64 = 20_000_000_000;
const DAY: i64 = 86_400;
/// The Gregorian calendar repeats every 400 years.
const DAYS_OF_400_YEARS: i64 = 146_097;
const DAYS_BEFORE_1970: i64 = 719_528;

impl Date {
    /// The number of days since the first day of the year 0.
    fn day_number(self) -> i64 {
        let year = i64::from(self.year);
        let leap_years =
            |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        // The year 0 is a leap year itself.
        let before = year * 365 + leap_years(year - 1) + 1;
        let months = (1..self.month).map(|month| i64::from(days_of_month(self.year, month)));
        before + months.sum::<i64>() + i64::from(self.day) - 1
    }
}

impl Zoned {
    /// The instant in UTC, from the year 0 to the year 9999. Large numbers are milliseconds.
    fn since_1970(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let (seconds, nanoseconds) = if seconds.unsigned_abs() > MOST_SECONDS {
            let milliseconds = u32::try_from(seconds.rem_euclid(1000)).ok()?;
            let rest = milliseconds * 1_000_000 + nanoseconds / 1000;
            (seconds.div_euclid(1000), rest)
        } else {
            (seconds, nanoseconds)
        };
        let mut day = seconds.div_euclid(DAY).checked_add(DAYS_BEFORE_1970)?;
        if !(0..25 * DAYS_OF_400_YEARS).contains(&day) {
            return None;
        }
        // This loop covers at most 400 years and 12 months.
        let mut year = i32::try_from(day / DAYS_OF_400_YEARS * 400).ok()?;
        day %= DAYS_OF_400_YEARS;
        while day >= days_of_year(year) {
            day -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while day >= i64::from(days_of_month(year, month)) {
            day -= i64::from(days_of_month(year, month));
            month += 1;
        }
        let date = Date {
            year,
            month,
            day: u8::try_from(day + 1).ok()?,
        };
        let second = u32::try_from(seconds.rem_euclid(DAY)).ok()?;
        let time = Time {
            hour: u8::try_from(second / 3600).ok()?,
            minute: u8::try_from(second / 60 % 60).ok()?,
            second: u8::try_from(second % 60).ok()?,
            nanosecond: nanoseconds,
        };
        Some(Self {
            local: Local { date, time },
            offset: 0,
        })
    }
}

const fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_of_year(year: i32) -> i64 {
    if is_leap_year(year) { 366 } else { 365 }
}

pub(super) const fn days_of_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hour,
            minute,
            second,
            nanosecond,
        } = self;
        write!(f, "{hour:02}:{minute:02}:{second:02}")?;
        match nanosecond {
            0 => Ok(()),
            whole if whole % 1000 == 0 => write!(f, ".{:06}", whole / 1000),
            _ => write!(f, ".{nanosecond:09}"),
        }
    }
}

impl Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl Display for Zoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.local.fmt(f)?;
        write_offset(self.offset, f)
    }
}

/// Writes an offset from UTC, given in seconds.
pub(super) fn write_offset(offset: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if offset == 0 {
        return f.write_str("Z");
    }
    // RFC 3339 has no seconds in an offset; historical local mean times have.
    let minutes = offset.unsigned_abs() / 60;
    let sign = if offset < 0 { '-' } else { '+' };
    write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::{Date, Parts, Zoned};

    #[test]
    fn days_are_counted_in_their_order() {
        let number = |text: &str| Date::parse(text).expect(text).order();
        assert_eq!(number("0000-01-01"), 0);
        assert_eq!(number("1970-01-01"), i128::from(super::DAYS_BEFORE_1970));
        let mut before = number("1999-12-31");
        for year in 2000..=2001 {
            for month in 1..=12 {
                for day in 1..=super::days_of_month(year, month) {
                    let next = number(&format!("{year}-{month:02}-{day:02}"));
                    assert_eq!(next, before + 1, "{year}-{month}-{day}");
                    before = next;
                }
            }
        }
    }

    #[track_caller]
    fn check(seconds: i64, expected: Option<&str>) {
        let temporal = Zoned::since_1970(seconds, 0).map(|temporal| temporal.to_string());
        assert_eq!(temporal.as_deref(), expected, "{seconds}");
    }

    #[test]
    fn seconds_since_1970_are_counted_in_the_calendar() {
        check(0, Some("1970-01-01T00:00:00Z"));
        check(-1, Some("1969-12-31T23:59:59Z"));
        check(951_782_400, Some("2000-02-29T00:00:00Z"));
        check(4_107_542_400, Some("2100-03-01T00:00:00Z"));
        check(1_772_368_200, Some("2026-03-01T12:30:00Z"));
        check(20_000_000_000, Some("2603-10-11T11:33:20Z"));
        check(1_772_368_200_250, Some("2026-03-01T12:30:00.250000Z"));
        check(-62_167_219_200_001, None);
        check(-62_167_219_200_000, Some("0000-01-01T00:00:00Z"));
        check(253_402_300_799_999, Some("9999-12-31T23:59:59.999000Z"));
        check(253_402_300_800_000, None);
        check(i64::MIN, None);
        check(i64::MAX, None);
    }
}
