//! Formats and parses the value of a limit.

use std::time::Duration;

use super::error::LimitError;

/// The type of a limit: a duration, a number of bytes, or any other count.
pub trait LimitValue: Sized + PartialOrd {
    /// Formats the value as in the table. The name of the limit distinguishes bytes from other counts.
    fn show(&self, name: &str) -> String;

    /// Parses the output of [`show`](Self::show) and a few variants; on failure, returns a description of the expected value.
    fn parse(text: &str, name: &str) -> Result<Self, &'static str>;

    /// Parses the text of the limit `name` and checks its range.
    fn read(name: &str, text: &str, least: &Self, most: &Self) -> Result<Self, LimitError> {
        let value = Self::parse(text, name).map_err(|expected| {
            LimitError::one(format!(
                "the limit `{name}` is `{text}`, but must be {expected}"
            ))
        })?;
        in_range(name, &value, least, most)?;
        Ok(value)
    }
}

/// Checks that the value of the limit `name` is in its range.
pub fn in_range<V: LimitValue>(
    name: &str,
    value: &V,
    least: &V,
    most: &V,
) -> Result<(), LimitError> {
    let (bound, which) = if value < least {
        (least, "at least")
    } else if value > most {
        (most, "at most")
    } else {
        return Ok(());
    };
    Err(LimitError::one(format!(
        "the limit `{name}` is {}, but must be {which} {}",
        value.show(name),
        bound.show(name)
    )))
}

const BYTES: &[(&str, u64)] = &[("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
/// Unit values in milliseconds.
const TIMES: &[(&str, u64)] = &[
    ("days", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("min", 60 * 1000),
    ("ms", 1),
    ("s", 1000),
];

/// Parses a number and its unit, if the text ends with one of `units`.
fn parse(text: &str, units: &[(&str, u64)]) -> Option<(u64, bool)> {
    let unit = units.iter().find_map(|(name, factor)| {
        let number = text.strip_suffix(name)?;
        Some((number, *factor))
    });
    let (number, factor) = unit.unwrap_or((text, 1));
    let number: u64 = number.trim().replace('_', "").parse().ok()?;
    Some((number.checked_mul(factor)?, unit.is_some()))
}

impl LimitValue for Duration {
    fn show(&self, _: &str) -> String {
        let millis = self.as_millis();
        if millis == 0 || !millis.is_multiple_of(1000) {
            // `1.5s` in the standard library's form; in the table number and unit have a space between them.
            let text = format!("{self:?}");
            let unit = text.find(char::is_alphabetic).unwrap_or(text.len());
            format!("{} {}", &text[..unit], &text[unit..])
        } else {
            format!("{} s", millis / 1000)
        }
    }

    fn parse(text: &str, _: &str) -> Result<Self, &'static str> {
        // A time without a unit is ambiguous: seconds for some readers, milliseconds for others.
        match parse(text, TIMES) {
            Some((millis, true)) => Ok(Self::from_millis(millis)),
            _ => Err("a time, such as `30 s`, `500 ms`, `5 min` or `1 h`"),
        }
    }
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl LimitValue for $type {
            fn show(&self, name: &str) -> String {
                let value = u64::try_from(*self).unwrap_or(u64::MAX);
                let unit = BYTES.iter().find(|(_, size)| value != 0 && value.is_multiple_of(*size));
                match unit {
                    Some((unit, size)) if name.ends_with("_bytes") => format!("{} {unit}", value / size),
                    _ => self.to_string(),
                }
            }

            fn parse(text: &str, name: &str) -> Result<Self, &'static str> {
                let (units, expected) = if name.ends_with("_bytes") {
                    (BYTES, "a number of bytes, such as `65536`, `64 KiB` or `2 MiB`")
                } else {
                    (&[][..], "a whole number")
                };
                let (value, _) = parse(text, units).ok_or(expected)?;
                // A value that does not fit is above every range, and so is the largest value.
                Ok(Self::try_from(value).unwrap_or(Self::MAX))
            }
        }
    )*};
}

whole_numbers!(u32 usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read() {
        for (millis, text) in [(1, "1 ms"), (1500, "1.5 s"), (10_000, "10 s"), (0, "0 ns")] {
            assert_eq!(Duration::from_millis(millis).show("idle_time"), text);
        }
        for (text, millis) in [
            ("10 s", 10_000),
            ("1h", 3_600_000),
            ("2 min", 120_000),
            (" 5ms", 5),
        ] {
            assert_eq!(
                Duration::parse(text, "idle_time"),
                Ok(Duration::from_millis(millis))
            );
        }
        for (bytes, text) in [
            (0, "0"),
            (1000, "1000"),
            (1 << 16, "64 KiB"),
            (3 << 30, "3 GiB"),
        ] {
            assert_eq!(usize::show(&bytes, "body_bytes"), text);
            assert_eq!(usize::parse(text, "body_bytes"), Ok(bytes));
        }
        assert_eq!(1024_usize.show("header_count"), "1024");
    }

    #[test]
    fn what_is_no_value_is_rejected() {
        for text in [
            "",
            "10",
            "s",
            "-1 s",
            "1.5 s",
            "10 parsecs",
            "99999999999999999 days",
        ] {
            assert!(Duration::parse(text, "idle_time").is_err(), "{text}");
        }
        for text in ["", "KiB", "-1", "1 KB", "99999999999 GiB"] {
            assert!(usize::parse(text, "body_bytes").is_err(), "{text}");
        }
        assert!(usize::parse("1 KiB", "header_count").is_err());
    }
}
