//! The grammar of dates and times: RFC 3339, with a space or an underscore allowed for the `T`, and optional seconds,
//! fraction and zone.

use super::parts::{Date, Time, days_of_month};

/// A date with an optional time and zone; without them it is midnight in no zone.
pub(super) struct Scanner {
    pub(super) date: Date,
    pub(super) time: Time,
    /// Seconds east of UTC.
    pub(super) offset: Option<i32>,
}

/// The remaining text.
pub(super) struct Scan<'a> {
    rest: &'a [u8],
}

pub(super) const TOO_SHORT: &str = "input is too short";
const TOO_LONG: &str = "unexpected extra characters at the end of the input";

impl<'a> Scan<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
        }
    }

    /// Reads a complete text with `read`.
    pub(super) fn whole<T>(
        text: &'a str,
        read: impl FnOnce(&mut Self) -> Result<T, &'static str>,
    ) -> Result<T, &'static str> {
        let mut scan = Self::of(text);
        let value = read(&mut scan)?;
        if scan.rest.is_empty() {
            Ok(value)
        } else {
            Err(TOO_LONG)
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the next byte if it is one of `wanted`.
    pub(super) fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        wanted.contains(first).then(|| {
            self.rest = rest;
            *first
        })
    }

    /// Takes `word`, if it comes next.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word.as_bytes());
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, wanted: &[u8], error: &'static str) -> Result<(), &'static str> {
        if self.rest.is_empty() {
            return Err(TOO_SHORT);
        }
        self.take(wanted).map(|_| ()).ok_or(error)
    }

    /// Takes all digits that come next.
    pub(super) fn digits(&mut self) -> &'a [u8] {
        let count = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits
    }

    /// Reads a number of exactly `count` digits.
    fn number(&mut self, count: usize, error: &'static str) -> Result<u16, &'static str> {
        let (digits, rest) = self.rest.split_at_checked(count).ok_or(TOO_SHORT)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(error);
        }
        self.rest = rest;
        Ok(digits
            .iter()
            .fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
    }

    fn two_digits(
        &mut self,
        range: std::ops::RangeInclusive<u8>,
        error: &'static str,
    ) -> Result<u8, &'static str> {
        u8::try_from(self.number(2, error)?)
            .ok()
            .filter(|number| range.contains(number))
            .ok_or(error)
    }

    pub(super) fn date(&mut self) -> Result<Date, &'static str> {
        const SEPARATOR: &str = "invalid date separator, expected `-`";
        // A text shorter than a date is only reported as too short.
        if self.rest.len() < "2026-03-01".len() {
            return Err(TOO_SHORT);
        }
        let year = i32::from(self.number(4, "invalid character in year")?);
        self.expect(b"-", SEPARATOR)?;
        let month = self.two_digits(1..=12, "month value is outside expected range of 1-12")?;
        self.expect(b"-", SEPARATOR)?;
        let last = days_of_month(year, month);
        let day = self.two_digits(1..=last, "day value is outside expected range")?;
        Ok(Date { year, month, day })
    }

    pub(super) fn time(&mut self) -> Result<Time, &'static str> {
        const SEPARATOR: &str = "invalid time separator, expected `:`";
        if self.rest.len() < "12:30".len() {
            return Err(TOO_SHORT);
        }
        let hour = self.two_digits(0..=23, "hour value is outside expected range of 0-23")?;
        self.expect(b":", SEPARATOR)?;
        let minute = self.two_digits(0..=59, "minute value is outside expected range of 0-59")?;
        let mut time = Time {
            hour,
            minute,
            ..Time::default()
        };
        if self.take(b":").is_some() {
            time.second =
                self.two_digits(0..=59, "second value is outside expected range of 0-59")?;
            time.nanosecond = self.fraction()?;
        }
        Ok(time)
    }

    /// Reads the fraction after a point or comma, if one follows, in nanoseconds; smaller parts are truncated.
    pub(super) fn fraction(&mut self) -> Result<u32, &'static str> {
        if self.take(b".,").is_none() {
            return Ok(0);
        }
        let digits = self.digits();
        if digits.is_empty() {
            return Err("second fraction value is too short");
        }
        Ok((0..9).fold(0, |billionths, location| {
            let digit = digits
                .get(location)
                .map_or(0, |digit| u32::from(digit - b'0'));
            billionths * 10 + digit
        }))
    }

    /// Reads a zone, if one follows, as seconds east of UTC.
    pub(super) fn offset(&mut self) -> Result<Option<i32>, &'static str> {
        if self.take(b"Zz").is_some() {
            return Ok(Some(0));
        }
        let Some(sign) = self.take(b"+-") else {
            return Ok(None);
        };
        let hour = self.two_digits(0..=23, "timezone offset must be less than 24 hours")?;
        self.take(b":");
        let minute = self.two_digits(
            0..=59,
            "timezone minute value is outside expected range of 0-59",
        )?;
        let east = (i32::from(hour) * 60 + i32::from(minute)) * 60;
        Ok(Some(if sign == b'-' { -east } else { east }))
    }

    pub(super) fn date_and_time(&mut self) -> Result<Scanner, &'static str> {
        let date = self.date()?;
        if self.is_at_end() {
            return Ok(Scanner {
                date,
                time: Time::default(),
                offset: None,
            });
        }
        self.expect(
            b"Tt _",
            "invalid datetime separator, expected `T`, `t`, `_` or space",
        )?;
        Ok(Scanner {
            date,
            time: self.time()?,
            offset: self.offset()?,
        })
    }
}

/// Parses a number of seconds in a parameter, as whole seconds and the nanoseconds to add.
pub(crate) fn number(text: &str) -> Option<(i64, u32)> {
    let mut scan = Scan::of(text);
    let negative = scan.take(b"+-") == Some(b'-');
    let digits = scan.digits();
    let billionths = scan.fraction().ok()?;
    if digits.is_empty() || !scan.is_at_end() {
        return None;
    }
    let seconds: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(match (negative, billionths) {
        (false, _) => (seconds, billionths),
        (true, 0) => (-seconds, 0),
        (true, _) => ((-seconds).checked_sub(1)?, 1_000_000_000 - billionths),
    })
}

#[cfg(test)]
mod tests {
    use super::{Scan, number};

    #[test]
    fn what_stands_behind_the_end_is_too_much() {
        let read = |text| Scan::whole(text, Scan::date_and_time).err();
        assert_eq!(read("2026-03-01T12:30Z "), Some(super::TOO_LONG));
        assert_eq!(read("2026-03-01T12:30"), None);
        assert_eq!(read("2026-03-0"), Some(super::TOO_SHORT));
        assert_eq!(read("2026-03-01T"), Some(super::TOO_SHORT));
        assert_eq!(read("２026-03-01"), Some("invalid character in year"));
    }

    #[test]
    fn numbers_may_have_a_sign_and_a_fraction() {
        assert_eq!(number("1772368200"), Some((1_772_368_200, 0)));
        assert_eq!(number("+90,25"), Some((90, 250_000_000)));
        assert_eq!(number("-1.5"), Some((-2, 500_000_000)));
        for text in [
            "",
            "-",
            "1.",
            "1e3",
            "2026-03-01",
            " 1",
            "99999999999999999999",
        ] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }
}
