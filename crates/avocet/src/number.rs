//! Numbers as JSON spells them, and as rules compare them.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

/// A number as it is spelled in a JSON text, scanned once.
///
/// ```
/// use avocet::read::{Location, Reader};
///
/// let mut reader = Reader::new("12.50");
/// let number = reader.number().unwrap();
/// assert!(!number.is_integer());
/// assert_eq!(number.to_f64(), 12.5);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NumberText<'a> {
    pub(super) text: &'a str,
    pub(super) negative: bool,
    pub(super) integer: bool,
    /// All digits as one integer, valid if `exact`.
    pub(super) digits: u64,
    pub(super) exact: bool,
    /// The power of ten to multiply `digits` by.
    pub(super) exponent: i32,
}

/// 10⁰ to 10²²: the powers of ten that an `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The same, and the same negated: a number divided by one of them gets its sign.
const SIGNED_POWERS: [[f64; POWERS.len()]; 2] = {
    let mut negative = POWERS;
    let mut power = 0;
    while power < negative.len() {
        negative[power] = -negative[power];
        power += 1;
    }
    [POWERS, negative]
};

impl<'a> NumberText<'a> {
    /// Whether the value is an integer, as JSON Schema defines it: `5`, `5.0` and `50e-1` are, `5.5` is not.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("5").number().unwrap().is_integer());
    /// assert!(Reader::new("5.0").number().unwrap().is_integer());
    /// assert!(!Reader::new("5.5").number().unwrap().is_integer());
    /// ```
    pub fn is_integer(&self) -> bool {
        self.integer || self.whole().is_some()
    }

    /// The spelling.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new(" 1e3 ").number().unwrap().as_str(), "1e3");
    /// ```
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The nearest `f64`; infinite if the number is beyond its range.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("1e999").number().unwrap().to_f64().is_infinite());
    /// ```
    #[inline]
    pub fn to_f64(&self) -> f64 {
        let exact = self.exact.then_some(self.digits);
        exact
            .and_then(|digits| nearest(self.negative, digits, self.exponent))
            .unwrap_or_else(|| self.text.parse().unwrap_or(f64::INFINITY))
    }

    /// The nearest `f32`, rounded once and not through an `f64`; infinite if the number is beyond its range.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// // The nearest `f64` lies half way between two `f32`, the number itself a little above.
    /// let number = Reader::new("1.00000005960464477540").number().unwrap();
    /// assert_eq!(number.to_f32(), 1.000_000_1);
    /// assert_eq!(number.to_f64() as f32, 1.0);
    /// ```
    #[inline]
    pub fn to_f32(&self) -> f32 {
        narrowed(self.to_f64(), self.text)
    }

    /// The integer, if the value is one and fits.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new("-7").number().unwrap().to_i128(), Some(-7));
    /// assert_eq!(Reader::new("7.0").number().unwrap().to_i128(), Some(7));
    /// assert_eq!(Reader::new("7.5").number().unwrap().to_i128(), None);
    /// ```
    #[inline]
    pub fn to_i128(&self) -> Option<i128> {
        if self.integer && self.exact {
            let magnitude = i128::from(self.digits);
            return Some(if self.negative { -magnitude } else { magnitude });
        }
        self.whole()?.parse().ok()
    }

    /// The digits of an integer value with its sign, independent of its spelling. `None` for a value with a fraction.
    ///
    /// An exponent can denote more digits than memory holds. An integer of more than [`MOST_WHOLE_DIGITS`] digits fits
    /// no type, so that many nines replace its digits.
    #[cold]
    pub(crate) fn whole(&self) -> Option<Cow<'a, str>> {
        if self.integer {
            return Some(Cow::Borrowed(self.text));
        }
        let mantissa = self.text.split(['e', 'E']).next().unwrap_or_default();
        let digits = mantissa.trim_start_matches('-').replace('.', "");
        let significant = digits.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Some(Cow::Borrowed("0"));
        }
        let dropped = digits.len() - digits.trim_end_matches('0').len();
        let zeros = i64::from(self.exponent) + i64::try_from(dropped).unwrap_or(i64::MAX / 2);
        let zeros = usize::try_from(zeros).ok()?;
        let sign = if self.negative { "-" } else { "" };
        let length = significant.len().saturating_add(zeros);
        Some(Cow::Owned(if length > MOST_WHOLE_DIGITS {
            format!("{sign}{}", "9".repeat(MOST_WHOLE_DIGITS))
        } else {
            format!("{sign}{significant}{}", "0".repeat(zeros))
        }))
    }
}

/// One more digit than `u128::MAX` has.
const MOST_WHOLE_DIGITS: usize = 40;

/// `digits` times a power of ten, if it can be rounded correctly without long arithmetic.
#[inline]
fn nearest(negative: bool, digits: u64, exponent: i32) -> Option<f64> {
    let power = exponent.unsigned_abs() as usize;
    if exponent < 0 {
        return nearest_fraction(negative, digits, power);
    }
    let power = POWERS.get(power)?;
    Some(signed(negative, exact(digits)? * power))
}

/// The same, with `places` of the digits after the decimal point.
#[inline]
pub(super) fn nearest_fraction(negative: bool, digits: u64, places: usize) -> Option<f64> {
    let Some(digits) = exact(digits) else {
        return Some(signed(negative, long_fraction(digits, places)?));
    };
    // A single IEEE operation on two exact numbers (Clinger, "How to read floating point numbers accurately", 1990).
    let power = SIGNED_POWERS[usize::from(negative)].get(places)?;
    Some(digits / power)
}

/// An integer as a float, if it has at most 52 bits.
///
/// The bits are written where a float between 2^52 and 2^53 has its own. The conversion instruction of x86 processors
/// keeps a part of its target register and so depends on the register's previous value: in a loop over numbers, on the
/// previous number.
#[inline]
fn exact(digits: u64) -> Option<f64> {
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
    let is_exact = digits >> 52 == 0;
    is_exact.then(|| f64::from_bits(TWO_TO_52.to_bits() | digits) - TWO_TO_52)
}

/// The same for more digits than a float represents exactly, if the power of ten is less than 2^64.
///
/// Dividend and divisor are shifted up to 64 bits, so that the integer quotient has at least 63 bits, more than a float
/// holds. Its last bit records an inexact quotient; that bit is far below the rounding position.
#[inline(never)]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "rounding to the nearest float is meant, and the quotient has 64 bits at most"
)]
fn long_fraction(digits: u64, places: usize) -> Option<f64> {
    let power = 10_u64.checked_pow(u32::try_from(places).ok()?)?;
    let shifts = [digits.leading_zeros(), power.leading_zeros()];
    let dividend = u128::from(digits << shifts[0]) << 63;
    let divisor = u128::from(power << shifts[1]);
    let quotient = (dividend / divisor) as u64 | u64::from(dividend % divisor != 0);
    let exponent = u64::from(1023 - 63 + shifts[1] - shifts[0]);
    Some(quotient as f64 * f64::from_bits(exponent << 52))
}

/// Branch-free: the branch would be taken half of the time.
fn signed(negative: bool, magnitude: f64) -> f64 {
    f64::from_bits(magnitude.to_bits() | u64::from(negative) << 63)
}

/// The `f32` nearest to the number that `text` spells, whose nearest `f64` is `wide`.
///
/// Numbers too small for all bits of an `f32` have other half-way points; they are rare.
#[inline]
pub(crate) fn narrowed(wide: f64, text: &str) -> f32 {
    let is_small = wide.abs() < f64::from(f32::MIN_POSITIVE) && wide != 0.0;
    let narrow = cut(wide);
    if is_half_way(wide) || is_small {
        text.parse().unwrap_or(narrow)
    } else {
        narrow
    }
}

/// Whether an `f64` is half-way between two normal `f32` values.
///
/// Only there is rounding twice, to the nearest `f64` first, wrong: the spelling decides on which side the number is.
#[inline]
pub(crate) fn is_half_way(wide: f64) -> bool {
    const BITS_BEYOND: u32 = f64::MANTISSA_DIGITS - f32::MANTISSA_DIGITS;
    wide.to_bits() % (1 << BITS_BEYOND) == 1 << (BITS_BEYOND - 1)
}

/// The `f32` nearest to an `f64`.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to the nearest f32 is meant"
)]
pub(crate) fn cut(wide: f64) -> f32 {
    wide as f32
}

/// A number that a rule compares with; integers and decimals stay exact.
///
/// ```
/// use avocet::read::Number;
///
/// assert!(Number::Integer(2) > Number::Float(1.5));
/// assert_eq!(Number::Float(2.0).to_string(), "2");
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// An exact integer.
    Integer(i128),
    /// A finite float.
    Float(f64),
    /// An exact decimal: the digits, with `places` of them after the decimal point.
    Decimal {
        /// All digits as one integer.
        digits: i128,
        /// How many digits are after the decimal point.
        places: u32,
    },
}

impl Number {
    #[expect(
        clippy::cast_precision_loss,
        reason = "only compared with a float, which is no more precise"
    )]
    pub(crate) fn to_f64(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
            Self::Decimal { .. } => self.to_string().parse().unwrap_or(f64::INFINITY),
        }
    }

    /// The nearest `f32`.
    pub(crate) fn to_f32(self) -> f32 {
        cut(self.to_f64())
    }

    /// Digits and places. A float means the decimal that it is spelled as: the bound `0.1` is a tenth.
    fn to_decimal(self) -> Option<(i128, u32)> {
        match self {
            Self::Integer(integer) => Some((integer, 0)),
            Self::Decimal { digits, places } => Some((digits, places)),
            Self::Float(float) => {
                let spelling = float.to_string();
                let (whole, fraction) = spelling.split_once('.').unwrap_or((&spelling, ""));
                let places = u32::try_from(fraction.len()).ok()?;
                Some((format!("{whole}{fraction}").parse().ok()?, places))
            }
        }
    }

    /// The digits of both with the same number of places, if one of them is a decimal and an `i128` holds them.
    pub(crate) fn aligned(self, other: Self) -> Option<(i128, i128)> {
        if !matches!(
            (self, other),
            (Self::Decimal { .. }, _) | (_, Self::Decimal { .. })
        ) {
            return None;
        }
        let (left, right) = (self.to_decimal()?, other.to_decimal()?);
        let places = left.1.max(right.1);
        let widen =
            |(digits, own): (i128, u32)| digits.checked_mul(10i128.checked_pow(places - own)?);
        Some((widen(left)?, widen(right)?))
    }

    /// The number as JSON; an integer beyond 64 bits becomes a float.
    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Integer(integer) => i64::try_from(integer)
                .map(Value::from)
                .or_else(|_| u64::try_from(integer).map(Value::from))
                .unwrap_or_else(|_| Value::from(self.to_f64())),
            Self::Float(_) | Self::Decimal { .. } => Value::from(self.to_f64()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        // If an `i128` cannot hold the aligned digits, the numbers already differ in their first digits.
        if let Some((left, right)) = self.aligned(*other) {
            return Some(left.cmp(&right));
        }
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(right)),
            (left, right) => left.to_f64().partial_cmp(&right.to_f64()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => float.fmt(f),
            Self::Decimal { digits, places } => {
                let sign = if *digits < 0 { "-" } else { "" };
                let places = *places as usize;
                let spelling = format!("{:0>1$}", digits.unsigned_abs(), places + 1);
                let (whole, fraction) = spelling.split_at(spelling.len() - places);
                let point = if places > 0 { "." } else { "" };
                write!(f, "{sign}{whole}{point}{fraction}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::read::Reader;

    #[track_caller]
    fn check(text: &str, expected: Option<i128>) {
        let number = Reader::new(text).number().expect("a number");
        assert_eq!(number.to_i128(), expected, "{text}");
    }

    #[test]
    fn an_integer_is_one_however_it_is_spelled() {
        check("256", Some(256));
        check("256.0", Some(256));
        check("-256.000", Some(-256));
        check("2.56e2", Some(256));
        check("25600E-2", Some(256));
        check("0.00256e+5", Some(256));
        check("-0.0", Some(0));
        check("0e999999999999", Some(0));
        check("0.0e-999999999999", Some(0));
        check("1e38", Some(10_i128.pow(38)));
        check("170141183460469231731687303715884105727", Some(i128::MAX));
        check("170141183460469231731687303715884105727.0", Some(i128::MAX));
        check(
            "-1701411834604692317316873037158841057280e-1",
            Some(i128::MIN),
        );
        for other in [
            "256.5",
            "2.565e2",
            "1e-1",
            "1e-999999999999",
            "1e39",
            "1e999999999999",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn a_large_exponent_costs_nothing() {
        let whole = |text| Reader::new(text).number().expect("a number").whole();
        assert_eq!(whole("1e999999999999").expect("an integer").len(), 40);
        assert_eq!(whole("-7.5e2147483647").expect("an integer").len(), 41);
        assert_eq!(whole("1e-2147483648"), None);
    }
}
