//! The keys of a map: text, integers, and unit enums.

use std::borrow::Cow;

use crate::input::Newtype;
use crate::model::{Model, Schema};
use crate::read::{Invalid, Location, ValidationError, ValidationErrors};
use crate::rules::Rules;

/// A type for the keys of a map: `String`, integers, unit enums, and `#[model]` newtypes of these.
///
/// The document describes keys with `propertyNames`. `#[model]` implements this trait for enums.
///
/// ```
/// use std::collections::BTreeMap;
/// use avocet::types::Key;
///
/// assert_eq!(u8::key_schema().keyword("format"), None);
/// let bias: BTreeMap<u32, f32> = avocet::input::from_json(br#"{"50256": -100}"#).unwrap();
/// assert_eq!(bias[&50256], -100.0);
/// assert_eq!(serde_json::to_string(&bias).unwrap(), r#"{"50256":-100.0}"#);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "not a key",
    note = "keys are `String`, integers, and `#[model]` enums whose variants hold nothing"
)]
pub trait Key: Model {
    /// The schema of a key, which is text in JSON.
    fn key_schema() -> Schema;
}

/// A [`Key`] that can be read.
///
/// ```
/// fn read_as_key<K: avocet::types::FromKey>() {}
/// read_as_key::<i64>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read as the key of a map",
    label = "not a key that can be read",
    note = "keys are `String`, integers, and `#[model]` enums whose variants hold nothing"
)]
pub trait FromKey: Key + Sized + Send {
    /// Whether different texts always give different keys.
    const DISTINCT: bool = true;

    /// Checks a key and its rules, and adds validation errors at `at`.
    ///
    /// # Errors
    /// [`Invalid`] if a validation error was added.
    fn check_key(
        key: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid>;

    /// Converts a text to a key; `None` if [`check_key`](Self::check_key) rejects it.
    fn from_key(key: Cow<'_, str>) -> Option<Self>;
}

impl Key for String {
    fn key_schema() -> Schema {
        Schema::string()
    }
}

impl FromKey for String {
    fn check_key(
        key: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        rules.check_text(key, at, errors)
    }

    fn from_key(key: Cow<'_, str>) -> Option<Self> {
        Some(key.into_owned())
    }
}

/// Only the shortest spelling of an integer is a key, so that different texts are different keys.
fn is_shortest(key: &str) -> bool {
    let digits = key.strip_prefix('-').unwrap_or(key);
    let starts_well = match digits.as_bytes() {
        [b'0'] => digits.len() == key.len(),
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    starts_well && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_an_integer() -> ValidationError {
    let message = "Input should be a valid integer, unable to parse string as an integer";
    ValidationError::new("int_parsing", message)
}

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl Key for $integer {
            fn key_schema() -> Schema {
                Schema::string().with("pattern", pattern(&$integer::MIN.to_string(), &$integer::MAX.to_string()))
            }
        }

        impl FromKey for $integer {
            fn check_key(key: &str, at: &Location<'_>, rules: &Rules, errors: &mut ValidationErrors) -> Result<(), Invalid> {
                if !is_shortest(key) {
                    errors.add(at, not_an_integer());
                    return Err(Invalid);
                }
                rules.check_text(key, at, errors)?;
                <$integer as crate::input::FromText>::from_text(key, at, rules, errors).map(drop)
            }

            fn from_key(key: Cow<'_, str>) -> Option<Self> {
                key.parse().ok().filter(|_| is_shortest(&key))
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// The regular expression for the integers from `least`, which is zero or negative, to `most`, both in their shortest
/// spelling.
fn pattern(least: &str, most: &str) -> String {
    let mut alternatives = up_to(most);
    alternatives.push("0".to_owned());
    if let Some(magnitude) = least.strip_prefix('-') {
        alternatives.push(format!("-(?:{})", up_to(magnitude).join("|")));
    }
    format!("^(?:{})$", alternatives.join("|"))
}

/// Regular expressions for the integers from one to `most`.
fn up_to(most: &str) -> Vec<String> {
    let digits = most.as_bytes();
    let rest = |count: usize| match count {
        0 => String::new(),
        1 => "[0-9]".to_owned(),
        count => format!("[0-9]{{{count}}}"),
    };
    let mut alternatives = Vec::new();
    // Fewer digits.
    if digits.len() > 1 {
        let more = match digits.len() - 2 {
            0 => String::new(),
            1 => "[0-9]?".to_owned(),
            count => format!("[0-9]{{0,{count}}}"),
        };
        alternatives.push(format!("[1-9]{more}"));
    }
    // The same number of digits, where the first different digit is smaller.
    for (location, &digit) in digits.iter().enumerate() {
        let least = if location == 0 { b'1' } else { b'0' };
        let before = &most[..location];
        let behind = rest(digits.len() - location - 1);
        if digit > least {
            let smaller = match (char::from(least), char::from(digit - 1)) {
                (least, most) if least == most => least.to_string(),
                (least, most) => format!("[{least}-{most}]"),
            };
            alternatives.push(format!("{before}{smaller}{behind}"));
        }
    }
    alternatives.push(most.to_owned());
    alternatives
}

#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: Key>> Key for T {
    fn key_schema() -> Schema {
        let mut schema = <T::Inner as Key>::key_schema();
        for rule in T::rules().own {
            rule.describe(&mut schema);
        }
        schema
    }
}

#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: FromKey>> FromKey for T {
    const DISTINCT: bool = <T::Inner as FromKey>::DISTINCT;

    fn check_key(
        key: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        <T::Inner as FromKey>::check_key(key, at, T::rules(), errors)?;
        rules.check_text(key, at, errors)?;
        let inner = <T::Inner as FromKey>::from_key(key.into()).ok_or(Invalid)?;
        T::build(inner, &mut |error| errors.add(at, error))
            .map(drop)
            .ok_or(Invalid)
    }

    fn from_key(key: Cow<'_, str>) -> Option<Self> {
        T::build(<T::Inner as FromKey>::from_key(key)?, &mut |_| {})
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use regex::Regex;

    use super::{FromKey, Key, pattern};

    #[track_caller]
    fn check<K: Key + FromKey + ToString>(range: impl Iterator<Item = i64>) {
        let schema = K::key_schema();
        let expression = schema.keyword("pattern").expect("a pattern");
        let expression = Regex::new(expression.as_str().expect("text")).expect("an expression");
        for number in range {
            for key in [
                number.to_string(),
                format!("0{number}"),
                format!("{number}.0"),
                format!("+{number}"),
            ] {
                let read = K::from_key(Cow::Borrowed(&key));
                assert_eq!(read.is_some(), expression.is_match(&key), "{key}");
                assert!(read.is_none_or(|read| read.to_string() == key));
            }
        }
    }

    #[test]
    fn the_pattern_says_which_keys_are_read() {
        check::<u8>(-300..300);
        check::<i8>(-300..300);
        check::<u16>(-2..70_000);
        check::<i16>(-33_000..33_000);
        let most = i64::from(u32::MAX);
        check::<u32>((most - 50)..(most + 50));
        check::<i64>(-50..50);
        let expression = Regex::new(&pattern(&i64::MIN.to_string(), &i64::MAX.to_string()));
        let expression = expression.expect("an expression");
        for (key, good) in [
            ("9223372036854775807", true),
            ("9223372036854775808", false),
            ("-9223372036854775808", true),
            ("-9223372036854775809", false),
            ("-0", false),
            ("", false),
            ("-", false),
        ] {
            assert_eq!(expression.is_match(key), good, "{key}");
            assert_eq!(i64::from_key(Cow::Borrowed(key)).is_some(), good, "{key}");
        }
    }
}
