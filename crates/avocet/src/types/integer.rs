//! Integers of every width. An integer out of range is rejected, never wrapped; the error names the declared bound that
//! it breaks, or the bound of its type.

use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{
    Failure, Invalid, Kind, Location, Number, Reader, ValidationError, ValidationErrors,
};
use crate::rules::{Ge, Le, Rule, Rules};

/// The bounds of every width except the widest, as `i128`.
macro_rules! least {
    ($integer:ident) => {
        i128::try_from($integer::MIN).unwrap_or(i128::MIN)
    };
}

macro_rules! most {
    ($integer:ident) => {
        i128::try_from($integer::MAX).unwrap_or(i128::MAX)
    };
}

macro_rules! integers {
    ($($integer:ident $format:literal $bounds:ident;)*) => {$(
        impl Model for $integer {
            fn name() -> String {
                stringify!($integer).to_owned()
            }

            fn schema(_: &mut Schemas) -> Schema {
                bounds::$bounds(least!($integer), most!($integer), Schema::integer().with("format", $format))
            }
        }

        impl Input for $integer {
            fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
                let wide = read_integer(reader, at)?;
                Ok(within(wide, least!($integer), most!($integer), at, rules, reader.errors_mut())?)
            }

            fn read_ahead(reader: &mut Reader<'_>, rules: &Rules, most: usize, items: &mut Vec<Self>) {
                // Rules check each number.
                if rules.is_empty() {
                    reader.plain_integers(most, |integer| {
                        let integer = $integer::try_from(integer);
                        integer.map(|integer| items.push(integer)).is_ok()
                    });
                }
            }
        }

        impl FromText for $integer {
            fn from_text(text: &str, at: &Location<'_>, rules: &Rules, errors: &mut ValidationErrors) -> Result<Self, Invalid> {
                let wide = parse_integer(text, at, errors)?;
                within(wide, least!($integer), most!($integer), at, rules, errors)
            }
        }
    )*};
}

integers! {
    i8 "int8" stated;
    i16 "int16" stated;
    i32 "int32" stated;
    i64 "int64" by_format;
    i128 "int128" by_format;
    isize "int64" by_format;
    u8 "uint8" stated;
    u16 "uint16" stated;
    u32 "uint32" stated;
    u64 "uint64" by_format;
    usize "uint64" by_format;
}

/// How the bounds of an integer type are stated in the schema.
mod bounds {
    use crate::model::Schema;
    use crate::read::Number::Integer;

    /// States both bounds as keywords.
    pub(super) fn stated(least: i128, most: i128, schema: Schema) -> Schema {
        schema
            .with("minimum", Integer(least).to_json())
            .with("maximum", Integer(most).to_json())
    }

    /// Bounds beyond JavaScript's exact integers are stated only by the format, except for a minimum of zero.
    pub(super) fn by_format(least: i128, _: i128, schema: Schema) -> Schema {
        if least == 0 {
            schema.with("minimum", 0)
        } else {
            schema
        }
    }
}

/// Reads an integer. A value beyond `i128` becomes its nearest bound, which no smaller type holds either.
#[inline]
pub(super) fn read_integer(reader: &mut Reader<'_>, at: &Location<'_>) -> Result<i128, Failure> {
    if reader.peek()? == Kind::Number {
        let number = reader.number()?;
        if let Some(integer) = number.to_i128() {
            return Ok(integer);
        }
        return match number.whole() {
            Some(digits) => Ok(saturated(&digits)),
            None => Err(reader.error(at, not_an_integer())),
        };
    }
    match reader.text_to_convert()? {
        Some(text) => Ok(parse_integer(&text, at, reader.errors_mut())?),
        None => Err(reader.wrong_kind(at, "int_type", "Input should be a valid integer")),
    }
}

fn not_an_integer() -> ValidationError {
    ValidationError::new("int_type", "Input should be a valid integer")
}

fn saturated(digits: &str) -> i128 {
    if digits.starts_with('-') {
        i128::MIN
    } else {
        i128::MAX
    }
}

/// Returns the integer, if it is within the bounds of its type and meets the rules. If it breaks both, the broken rule
/// is reported, because the document states it.
#[inline]
pub(super) fn within<T: TryFrom<i128>>(
    wide: i128,
    least: i128,
    most: i128,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    if let (true, Ok(integer)) = ((least..=most).contains(&wide), T::try_from(wide)) {
        rules.check_number(Number::Integer(wide), at, errors)?;
        return Ok(integer);
    }
    outside(wide, least, most, at, rules, errors);
    Err(Invalid)
}

/// Reports an integer out of the range of its type: the first rule that it breaks, or the range.
#[cold]
fn outside(
    wide: i128,
    least: i128,
    most: i128,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
) {
    if rules.check_number(far(wide), at, errors).is_ok() {
        errors.add(at, out_of_range(wide, least, most));
    }
}

/// Converts a number out of range to the form that rules check. The bound that replaces all numbers beyond `i128` is not
/// the number that was sent, so it becomes a float, for which `multiple_of` allows for rounding.
fn far(wide: i128) -> Number {
    match wide {
        i128::MAX => Number::Float(f64::MAX),
        i128::MIN => Number::Float(f64::MIN),
        _ => Number::Integer(wide),
    }
}

fn out_of_range(value: i128, least: i128, most: i128) -> ValidationError {
    let broken = if value < least {
        Ge(Number::Integer(least)).number(Number::Integer(value))
    } else {
        Le(Number::Integer(most)).number(Number::Integer(value))
    };
    broken.unwrap_or_else(|| {
        ValidationError::new("int_parsing_size", "Input is too large for an integer")
    })
}

/// Parses a text as an integer like Pydantic: surrounding blanks, a sign, `1_000` and `1.0` are accepted.
pub(super) fn parse_integer(
    text: &str,
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<i128, Invalid> {
    // Nearly all integers have Rust's own syntax.
    if let Ok(integer) = text.parse::<i64>() {
        return Ok(integer.into());
    }
    let whole = whole_digits(text, at, errors)?;
    Ok(whole.parse().unwrap_or_else(|_| saturated(&whole)))
}

/// The digits of that integer, with its sign.
fn whole_digits(
    text: &str,
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<String, Invalid> {
    let whole = without_separators(text).and_then(|text| {
        let whole = match text.split_once('.') {
            Some((whole, zeros))
                if !whole.is_empty() && zeros.bytes().all(|digit| digit == b'0') =>
            {
                whole
            }
            Some(_) => return None,
            None => &text,
        };
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let digits_only = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits_only.then(|| whole.to_owned())
    });
    whole.ok_or_else(|| {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        errors.add(at, ValidationError::new("int_parsing", message));
        Invalid
    })
}

/// The text without surrounding blanks and the single underscores between its digits.
pub(super) fn without_separators(text: &str) -> Option<String> {
    let text = text.trim();
    let between_digits = |position: usize| {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let bytes = text.as_bytes();
        digit(position.checked_sub(1).and_then(|before| bytes.get(before)))
            && digit(bytes.get(position + 1))
    };
    let well_placed = text
        .bytes()
        .enumerate()
        .all(|(position, byte)| byte != b'_' || between_digits(position));
    well_placed.then(|| text.replace('_', ""))
}

/// The only width whose upper half is beyond `i128`.
impl Model for u128 {
    fn name() -> String {
        "u128".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::integer()
            .with("format", "uint128")
            .with("minimum", 0)
    }
}

impl Input for u128 {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        if reader.peek()? != Kind::Number {
            return match reader.convert(at, rules)? {
                Some(integer) => Ok(integer),
                None => Err(reader.wrong_kind(at, "int_type", "Input should be a valid integer")),
            };
        }
        match reader.number()?.whole() {
            Some(digits) => Ok(widest(&digits, at, rules, reader.errors_mut())?),
            None => Err(reader.error(at, not_an_integer())),
        }
    }
}

impl FromText for u128 {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        let digits = whole_digits(text, at, errors)?;
        widest(&digits, at, rules, errors)
    }
}

/// Converts digits to an integer. For the rules, an integer beyond `i128` becomes its bound, which has the same order
/// relative to every rule's bound.
fn widest(
    digits: &str,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
) -> Result<u128, Invalid> {
    let error = match digits.parse::<u128>() {
        Ok(integer) => {
            let seen = Number::Integer(i128::try_from(integer).unwrap_or(i128::MAX));
            return rules.check_number(seen, at, errors).map(|()| integer);
        }
        // Minus zero is zero.
        Err(_) if digits.parse() == Ok(0_i128) => {
            return rules
                .check_number(Number::Integer(0), at, errors)
                .map(|()| 0);
        }
        Err(_) if digits.starts_with('-') => {
            let wide = digits.parse().unwrap_or(i128::MIN);
            rules.check_number(far(wide), at, errors)?;
            out_of_range(-1, 0, 0)
        }
        Err(_) => {
            rules.check_number(far(i128::MAX), at, errors)?;
            let message = format!("Input should be less than or equal to {}", u128::MAX);
            ValidationError::new("less_than_equal", message).with("le", 2_f64.powi(128))
        }
    };
    errors.add(at, error);
    Err(Invalid)
}

#[cfg(test)]
mod tests {
    use super::parse_integer;
    use crate::input::{FromText, Input};
    use crate::read::Number::Integer;
    use crate::read::{Location, Reader, ValidationErrors};
    use crate::rules::{Ge, Gt, Le, Lt, MultipleOf, Rules};

    #[track_caller]
    fn check(text: &str, expected: Option<i128>) {
        let parsed = parse_integer(
            text,
            &Location::root("query"),
            &mut ValidationErrors::default(),
        );
        assert_eq!(parsed.ok(), expected, "{text:?}");
    }

    #[test]
    fn text_is_taken_as_pydantic_takes_it() {
        check("5", Some(5));
        check(" +5 ", Some(5));
        check("-5", Some(-5));
        check("1_000", Some(1000));
        check("1.0", Some(1));
        check("1.", Some(1));
        for wrong in [
            "", " ", "1.5", ".0", "_1", "1_", "1__0", "1e3", "0x1", "--1", "+", "five", "1 0",
        ] {
            check(wrong, None);
        }
    }

    /// The messages for an invalid number, which are the same in a body and in a parameter.
    #[track_caller]
    fn broken<T: Input + FromText>(text: &str, rules: &Rules, expected: &str) {
        let at = Location::root("body");
        let mut reader = Reader::new(text);
        assert!(T::read(&mut reader, &at, rules).is_err(), "{text}");
        let mut errors = ValidationErrors::default();
        assert!(
            T::from_text(text, &at, rules, &mut errors).is_err(),
            "{text}"
        );
        for errors in [reader.errors(), &errors] {
            let messages: Vec<_> = errors
                .iter()
                .map(crate::read::ValidationError::message)
                .collect();
            assert_eq!(messages, [expected], "{text}");
        }
    }

    #[test]
    fn beyond_the_type_the_declared_bound_is_reported() {
        static PORT: Rules = Rules::own(&[&Le(Integer(100)), &Ge(Integer(1))]);
        static OPEN: Rules = Rules::own(&[&Lt(Integer(100)), &Gt(Integer(1))]);
        static FIVES: Rules = Rules::own(&[&MultipleOf(Integer(5))]);
        for text in [
            "101",
            "256",
            "70000",
            "99999999999999999999",
            "1000000000000000000000000000000000000000000",
        ] {
            broken::<u8>(text, &PORT, "Input should be less than or equal to 100");
            broken::<i64>(text, &PORT, "Input should be less than or equal to 100");
            broken::<u128>(text, &OPEN, "Input should be less than 100");
            broken::<std::num::NonZeroU8>(text, &OPEN, "Input should be less than 100");
        }
        for text in [
            "0",
            "-1",
            "-99999999999999999999",
            "-1000000000000000000000000000000000000000000",
        ] {
            broken::<u8>(text, &PORT, "Input should be greater than or equal to 1");
            broken::<u128>(text, &OPEN, "Input should be greater than 1");
            broken::<std::num::NonZeroI16>(
                text,
                &PORT,
                "Input should be greater than or equal to 1",
            );
            broken::<std::num::NonZeroU16>(
                text,
                &Rules::NONE,
                "Input should be greater than or equal to 1",
            );
        }
        for text in ["260", "1000000000000000000000000000000000000000000"] {
            broken::<u8>(
                text,
                &Rules::NONE,
                "Input should be less than or equal to 255",
            );
            broken::<u8>(text, &FIVES, "Input should be less than or equal to 255");
        }
    }

    #[test]
    fn an_integer_in_a_body_is_one_however_it_is_spelled() {
        use crate::input::from_json;
        assert_eq!(from_json::<u8>(b"255.0").expect("an integer"), 255);
        assert_eq!(from_json::<i64>(b"-2.56e2").expect("an integer"), -256);
        assert_eq!(
            from_json::<u128>(b"3.4e38").expect("an integer"),
            34 * 10_u128.pow(37)
        );
        assert_eq!(
            from_json::<std::num::NonZeroU8>(b"1e0")
                .expect("an integer")
                .get(),
            1
        );
        assert_eq!(
            from_json::<Vec<u32>>(b"[1, 2.0, 3e1, 4]").expect("integers"),
            [1, 2, 30, 4]
        );
        for (text, kind) in [
            ("255.5", "int_type"),
            ("1e-1", "int_type"),
            ("256.0", "less_than_equal"),
            ("1e999999999", "less_than_equal"),
            ("-0.5e1", "greater_than_equal"),
        ] {
            let errors = from_json::<u8>(text.as_bytes()).expect_err(text);
            assert_eq!(errors.iter().next().expect("one").kind(), kind, "{text}");
        }
    }
}
