//! Durations: ISO 8601 (`P1DT2H`, a year of 365 and a month of 30 days), clock time (`26:00:05`) and Python's form
//! (`1 day, 2:00:05`).

use std::fmt::{self, Display};

use super::parts::{Parts, SECOND};
use super::scanner::{Scan, TOO_SHORT};
use crate::read::ValidationError;

/// A duration: seconds and nanoseconds, both with its sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duration {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: i32,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// The limit of Python's `timedelta`.
const MOST_DAYS: i64 = 999_999_999;

const TOO_LONG: &str = "durations may not exceed 999,999,999 days";
const INVALID: &str = "invalid digit in duration";
const ORDER: &str = "each unit may appear once, from the largest to the smallest, and only the last may have a fraction";

/// The units of ISO 8601 in order, with their seconds.
const OF_DATE: [(u8, i64); 4] = [
    (b'Y', 365 * DAY),
    (b'M', 30 * DAY),
    (b'W', 7 * DAY),
    (b'D', DAY),
];
const OF_TIME: [(u8, i64); 3] = [(b'H', HOUR), (b'M', MINUTE), (b'S', 1)];

/// The sum of seconds and nanoseconds, without a sign.
#[derive(Clone, Copy, Default)]
struct Sum {
    seconds: i64,
    billionths: i64,
}

impl Sum {
    fn add(&mut self, digits: &[u8], billionths: u32, unit: i64) -> Result<(), &'static str> {
        let count: i64 = std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or(TOO_LONG)?;
        // A fraction of the largest unit, in nanoseconds, fits in 64 bits.
        let fraction = i64::from(billionths) * unit;
        self.billionths += fraction % 1_000_000_000;
        let seconds = count
            .checked_mul(unit)
            .and_then(|seconds| seconds.checked_add(self.seconds))
            .and_then(|seconds| seconds.checked_add(fraction / 1_000_000_000));
        self.seconds = seconds
            .filter(|seconds| *seconds <= MOST_DAYS * DAY)
            .ok_or(TOO_LONG)?;
        Ok(())
    }

    fn signed(self, negative: bool) -> Duration {
        let seconds = self.seconds + self.billionths / 1_000_000_000;
        let nanoseconds = i32::try_from(self.billionths % 1_000_000_000).unwrap_or_default();
        if negative {
            Duration {
                seconds: -seconds,
                nanoseconds: -nanoseconds,
            }
        } else {
            Duration {
                seconds,
                nanoseconds,
            }
        }
    }
}

fn read(scan: &mut Scan<'_>) -> Result<Duration, &'static str> {
    let negative = scan.take(b"+-") == Some(b'-');
    let sum = if scan.take(b"Pp").is_some() {
        in_units(scan)?
    } else {
        in_clock_time(scan)?
    };
    Ok(sum.signed(negative))
}

/// Parses the part after the `P`.
fn in_units(scan: &mut Scan<'_>) -> Result<Sum, &'static str> {
    let mut sum = Sum::default();
    let mut units: &[(u8, i64)] = &OF_DATE;
    let mut is_time = false;
    let mut is_over = false;
    loop {
        if !is_time && scan.take(b"Tt").is_some() {
            is_time = true;
            units = &OF_TIME;
            if scan.is_at_end() {
                return Err(TOO_SHORT);
            }
        }
        let digits = scan.digits();
        if digits.is_empty() {
            return Err(if scan.is_at_end() { TOO_SHORT } else { INVALID });
        }
        let billionths = scan.fraction()?;
        let found = units
            .iter()
            .position(|(letter, _)| scan.take(&[*letter, letter.to_ascii_lowercase()]).is_some());
        let (Some(position), false) = (found, is_over) else {
            return Err(ORDER);
        };
        sum.add(digits, billionths, units[position].1)?;
        units = &units[position + 1..];
        is_over = billionths > 0;
        if scan.is_at_end() {
            return Ok(sum);
        }
    }
}

/// Parses clock time such as `2:00:05`, with optional days before it.
fn in_clock_time(scan: &mut Scan<'_>) -> Result<Sum, &'static str> {
    let mut sum = Sum::default();
    let mut hours = scan.digits();
    if hours.is_empty() {
        return Err(INVALID);
    }
    if scan.take(b" ").is_some() {
        sum.add(hours, 0, DAY)?;
        if scan.take_word("days") || scan.take_word("day") || scan.take_word("d") {
            scan.take(b",");
            if scan.is_at_end() {
                return Ok(sum);
            }
            scan.take(b" ");
        }
        hours = scan.digits();
    }
    sum.add(hours, 0, HOUR)?;
    if scan.take(b":").is_none() {
        return Err(if scan.is_at_end() { TOO_SHORT } else { INVALID });
    }
    let minutes = sixty(scan)?;
    sum.add(minutes, 0, MINUTE)?;
    if scan.take(b":").is_some() {
        let seconds = sixty(scan)?;
        let billionths = scan.fraction()?;
        sum.add(seconds, billionths, 1)?;
    }
    Ok(sum)
}

/// Parses two digits below 60.
fn sixty<'a>(scan: &mut Scan<'a>) -> Result<&'a [u8], &'static str> {
    match scan.digits() {
        digits @ [b'0'..=b'5', _] => Ok(digits),
        [] if scan.is_at_end() => Err(TOO_SHORT),
        _ => Err("minute or second value is outside expected range of 0-59"),
    }
}

impl Parts for Duration {
    const NAME: &'static str = "timedelta";
    const FORMAT: &'static str = "duration";
    const WRONG_KIND: (&'static str, &'static str) =
        ("time_delta_type", "Input should be a valid timedelta");

    fn error(error: &'static str) -> ValidationError {
        ValidationError::new(
            "time_delta_parsing",
            format!("Input should be a valid timedelta, {error}"),
        )
        .with("error", error)
    }

    fn parse(text: &str) -> Result<Self, ValidationError> {
        Scan::whole(text, read).map_err(Self::error)
    }

    fn order(&self) -> i128 {
        i128::from(self.seconds) * SECOND + i128::from(self.nanoseconds)
    }

    /// Writes the duration as Pydantic does: `1 day and 2 hours`.
    fn words(&self) -> String {
        let microseconds = (self.order() / 1000).unsigned_abs();
        let mut rest = microseconds;
        let mut words = Vec::new();
        for (unit, length) in [
            ("day", DAY),
            ("hour", HOUR),
            ("minute", MINUTE),
            ("second", 1),
        ] {
            let length = u128::from(length.unsigned_abs()) * 1_000_000;
            words.extend(counted(rest / length, unit));
            rest %= length;
        }
        words.extend(counted(rest, "microsecond"));
        if words.is_empty() {
            return "0 seconds".to_owned();
        }
        let sign = if self.order() < 0 { "-" } else { "" };
        format!("{sign}{}", words.join(" and "))
    }

    fn from_seconds(seconds: i64, nanoseconds: u32) -> Option<Result<Self, ValidationError>> {
        if seconds.unsigned_abs() >= (MOST_DAYS * DAY).unsigned_abs() {
            return Some(Err(Self::error(TOO_LONG)));
        }
        // Both have the sign of the whole.
        let nanoseconds = i32::try_from(nanoseconds).ok()?;
        Some(Ok(if seconds < 0 && nanoseconds > 0 {
            Self {
                seconds: seconds + 1,
                nanoseconds: nanoseconds - 1_000_000_000,
            }
        } else {
            Self {
                seconds,
                nanoseconds,
            }
        }))
    }
}

/// `1 day`, `2 days`; `None` for zero.
fn counted(count: u128, unit: &str) -> Option<String> {
    let plural = if count == 1 { "" } else { "s" };
    (count > 0).then(|| format!("{count} {unit}{plural}"))
}

impl Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.seconds < 0 || self.nanoseconds < 0 {
            f.write_str("-")?;
        }
        let seconds = self.seconds.unsigned_abs();
        let (minute, hour, day) = (
            MINUTE.unsigned_abs(),
            HOUR.unsigned_abs(),
            DAY.unsigned_abs(),
        );
        let nanoseconds = self.nanoseconds.unsigned_abs();
        f.write_str("P")?;
        unit(f, seconds / day, 'D')?;
        if seconds.is_multiple_of(day) && nanoseconds == 0 {
            return f.write_str(if seconds == 0 { "T0S" } else { "" });
        }
        f.write_str("T")?;
        unit(f, seconds % day / hour, 'H')?;
        unit(f, seconds % hour / minute, 'M')?;
        match nanoseconds {
            0 => unit(f, seconds % minute, 'S'),
            _ => {
                let fraction = format!("{nanoseconds:09}");
                write!(
                    f,
                    "{}.{}S",
                    seconds % minute,
                    fraction.trim_end_matches('0')
                )
            }
        }
    }
}

fn unit(f: &mut fmt::Formatter<'_>, count: u64, letter: char) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    write!(f, "{count}{letter}")
}

#[cfg(test)]
mod tests {
    use super::{Duration, Parts};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let duration = Duration::parse(text).map(|duration| duration.to_string());
        assert_eq!(duration.as_deref().ok(), Some(expected), "{text:?}");
    }

    #[test]
    fn every_form_is_read_and_one_is_written() {
        check("PT1H30M", "PT1H30M");
        check("P2W", "P14D");
        check("-PT15M", "-PT15M");
        check("+P1Y2M", "P425D");
        check("PT90S", "PT1M30S");
        check("PT0S", "PT0S");
        check("P0D", "PT0S");
        check("P0.5D", "PT12H");
        check("PT1,25H", "PT1H15M");
        check("PT0.000000001S", "PT0.000000001S");
        check("pt1.50s", "PT1.5S");
        check("01:30:05", "PT1H30M5S");
        check("26:00", "P1DT2H");
        check("-00:00:00.5", "-PT0.5S");
        check("1 day, 0:00:01", "P1DT1S");
        check("3 days", "P3D");
        check("2 02:00:00", "P2DT2H");
        check("P999999999D", "P999999999D");
    }

    #[test]
    fn what_is_no_duration_is_rejected() {
        for text in [
            "",
            "x",
            "P",
            "-P",
            "PT",
            "P1DT",
            "1",
            "P1",
            "PT1X",
            "P1H",
            "PT1D",
            "P1D2W",
            "P1D1D",
            "PT1.5H1M",
            "P1S",
            "an hour",
            "long",
            "1:2:3",
            "1:60",
            "01:00:",
            "1 day,x",
            "P1000000000D",
            "P99999999999999999999D",
            "PT1S ",
            " PT1S",
            "--PT1S",
            "PT.5S",
        ] {
            let error = Duration::parse(text).expect_err(text);
            assert_eq!(error.kind(), "time_delta_parsing", "{text:?}");
        }
    }
}
