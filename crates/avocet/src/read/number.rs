//! Numbers: as JSON spells them, and as rules compare them.

use std::fmt;

use serde_json::Value;

/// A number as it is spelled in a JSON text, scanned once.
///
/// ```
/// use avocet::read::{Place, Reader};
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
    /// All digits as one integer, valid when `exact`.
    pub(super) digits: u64,
    pub(super) exact: bool,
    /// The power of ten that `digits` is to be multiplied with.
    pub(super) exponent: i32,
}

/// 10⁰ to 10²²: the powers of ten that an `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

impl<'a> NumberText<'a> {
    /// Whether it is spelled without fraction and exponent: `5`, not `5.0` or `5e0`.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("5").number().unwrap().is_integer());
    /// ```
    pub fn is_integer(&self) -> bool {
        self.integer
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

    /// The nearest `f64`; infinite when the number is beyond its range.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("1e999").number().unwrap().to_f64().is_infinite());
    /// ```
    #[inline]
    #[expect(
        clippy::cast_precision_loss,
        reason = "digits up to 2^53 are exact, which is checked"
    )]
    pub fn to_f64(&self) -> f64 {
        // With at most 53 bits of digits and an exact power of ten, one IEEE operation rounds correctly (Clinger 1990).
        if self.exact && self.digits <= 1 << 53 {
            let digits = self.digits as f64;
            let magnitude = match self.exponent {
                power @ 0..=22 => Some(digits * POWERS[power.unsigned_abs() as usize]),
                power @ -22..=-1 => Some(digits / POWERS[power.unsigned_abs() as usize]),
                _ => None,
            };
            if let Some(magnitude) = magnitude {
                return if self.negative { -magnitude } else { magnitude };
            }
        }
        self.text.parse().unwrap_or(f64::INFINITY)
    }

    /// The integer, when it is spelled as one and fits.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new("-7").number().unwrap().to_i128(), Some(-7));
    /// assert_eq!(Reader::new("7.0").number().unwrap().to_i128(), None);
    /// ```
    pub fn to_i128(&self) -> Option<i128> {
        if !self.integer {
            return None;
        }
        if self.exact {
            let magnitude = i128::from(self.digits);
            return Some(if self.negative { -magnitude } else { magnitude });
        }
        self.text.parse().ok()
    }
}

/// A number that a rule compares with: integers and decimals stay exact.
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
    /// An exact decimal: the digits with the point before the last so many of them.
    Decimal {
        /// All digits as one integer.
        digits: i128,
        /// How many of them stand behind the point.
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

    /// The digits of both with equally many places, where one of them is a decimal and an `i128` holds them.
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

    /// As JSON; an integer beyond 64 bits becomes a float.
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
        // What an `i128` does not hold at the same places differs in its first digits already.
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
