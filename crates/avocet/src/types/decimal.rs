//! `rust_decimal::Decimal`: exact numbers, read from text or from a number's spelling, written as text.

use rust_decimal::Decimal;

use super::integer::without_separators;
use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas, Side};
use crate::read::{
    Failure, Invalid, Kind, Location, Number, Reader, ValidationError, ValidationErrors,
};
use crate::rules::{HasDigits, HasOrder, Rules};

/// The pattern of a written decimal, the same as Pydantic's, by which client generators recognise decimals.
const WRITTEN: &str = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$";

/// The same, with what a text may also contain: surrounding blanks, an exponent, and single underscores between digits.
const READ: &str = concat!(
    r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$",
    r"|^\s*[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?\s*$"
);

#[diagnostic::do_not_recommend]
impl Model for Decimal {
    fn name() -> String {
        "Decimal".to_owned()
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        match schemas.side() {
            Side::Input => Schema::any_of(vec![
                Schema::number(),
                Schema::string().with("pattern", READ),
            ]),
            Side::Output => Schema::string().with("pattern", WRITTEN),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Input for Decimal {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        let decimal = match reader.peek()? {
            Kind::Number => parse(reader.number()?.as_str()),
            Kind::String => parse_text(&reader.text()?),
            _ => {
                return Err(reader.wrong_kind(
                    at,
                    "decimal_type",
                    "Decimal input should be an integer, float, string or Decimal object",
                ));
            }
        };
        let decimal = decimal.map_err(|error| reader.error(at, error))?;
        reader.number_under(rules, exactly(decimal), at)?;
        Ok(decimal)
    }
}

#[diagnostic::do_not_recommend]
impl FromText for Decimal {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        let decimal = parse_text(text).map_err(|error| {
            errors.add(at, error);
            Invalid
        })?;
        rules.check_number(exactly(decimal), at, errors)?;
        Ok(decimal)
    }
}

#[diagnostic::do_not_recommend]
impl HasOrder for Decimal {}
#[diagnostic::do_not_recommend]
impl HasDigits for Decimal {}

fn exactly(decimal: Decimal) -> Number {
    Number::Decimal {
        digits: decimal.mantissa(),
        places: decimal.scale(),
    }
}

fn not_a_decimal() -> ValidationError {
    ValidationError::new("decimal_parsing", "Input should be a valid decimal")
}

fn too_many_digits() -> ValidationError {
    ValidationError::new(
        "decimal_parsing",
        "Input should be a valid decimal, it has more digits than are kept",
    )
}

/// Parses a text, which may have surrounding blanks and single underscores between its digits, or may not be a number.
fn parse_text(text: &str) -> Result<Decimal, ValidationError> {
    let text = without_separators(text).ok_or_else(not_a_decimal)?;
    let magnitude = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let not_finite = ["nan", "snan", "inf", "infinity"];
    if not_finite
        .iter()
        .any(|name| magnitude.eq_ignore_ascii_case(name))
    {
        return Err(ValidationError::new(
            "finite_number",
            "Input should be a finite number",
        ));
    }
    parse(&text)
}

/// Parses a number's spelling exactly, with every zero after the point; never rounds.
fn parse(spelling: &str) -> Result<Decimal, ValidationError> {
    let (negative, magnitude) = match spelling.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, spelling.strip_prefix('+').unwrap_or(spelling)),
    };
    let (digits, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let well_formed = are_digits(whole)
        && are_digits(fraction)
        && are_digits(exponent_digits)
        && !exponent_digits.is_empty()
        && whole.len() + fraction.len() > 0;
    if !well_formed {
        return Err(not_a_decimal());
    }
    scaled(&format!("{whole}{fraction}"), fraction.len(), exponent)
        .map(|mut decimal| {
            decimal.set_sign_negative(negative);
            decimal
        })
        .ok_or_else(too_many_digits)
}

/// `digits` with the point before the last `places` of them, times ten to the power of `exponent`.
fn scaled(digits: &str, places: usize, exponent: &str) -> Option<Decimal> {
    let digits = digits.trim_start_matches('0');
    let exponent: i64 = match exponent.parse() {
        Ok(exponent) => exponent,
        // Zero stays zero, whatever the exponent.
        Err(_) if digits.is_empty() => 0,
        Err(_) => return None,
    };
    let places = i64::try_from(places).ok()?.checked_sub(exponent)?;
    // Zeros after the last place that is kept are insignificant.
    let most = i64::from(Decimal::MAX_SCALE);
    let kept = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - kept.len()).ok()?;
    let dropped = if digits.is_empty() {
        places.saturating_sub(most).max(0)
    } else {
        places.saturating_sub(most).clamp(0, zeros)
    };
    let digits = &digits[..digits.len().saturating_sub(usize::try_from(dropped).ok()?)];
    let mut mantissa: i128 = if digits.is_empty() {
        0
    } else {
        digits.parse().ok()?
    };
    let mut places = places - dropped;
    if places < 0 {
        if mantissa != 0 {
            let power = u32::try_from(-places).ok()?;
            mantissa = mantissa.checked_mul(10i128.checked_pow(power)?)?;
        }
        places = 0;
    }
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(places).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_text};

    #[track_caller]
    fn check(spelling: &str, expected: &str) {
        let parsed = parse_text(spelling).map(|decimal| decimal.to_string());
        assert_eq!(parsed.as_deref().ok(), Some(expected), "{spelling:?}");
    }

    #[test]
    fn what_is_spelled_is_what_is_meant() {
        check("7.10", "7.10");
        check(" 1_000.5 ", "1000.5");
        check("+.5", "0.5");
        check("5.", "5");
        check("-0.01", "-0.01");
        check("1e3", "1000");
        check("1.50E-2", "0.0150");
        check("0e999999999999999999999", "0");
        check(
            "0.1000000000000000055511151231",
            "0.1000000000000000055511151231",
        );
        check(
            "1.00000000000000000000000000000000000000",
            "1.0000000000000000000000000000",
        );
        check(
            "79228162514264337593543950335",
            "79228162514264337593543950335",
        );
    }

    #[test]
    fn nothing_is_rounded() {
        for spelling in [
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "1e29",
            "1e-29",
            "1e99999999999999999999",
            "1e-9223372036854775808",
        ] {
            let error = parse(spelling).expect_err(spelling);
            assert_eq!(error.kind(), "decimal_parsing", "{spelling}");
        }
    }

    #[test]
    fn words_are_no_decimals() {
        for text in [
            "", ".", "-", "e5", "1e", "1e+", "--1", "1.2.3", "0x1", "seven", "1 0", "_1",
        ] {
            let error = parse_text(text).expect_err(text);
            assert_eq!(error.kind(), "decimal_parsing", "{text:?}");
        }
        for text in ["NaN", "-Infinity", "inf", "sNaN"] {
            let error = parse_text(text).expect_err(text);
            assert_eq!(error.kind(), "finite_number", "{text:?}");
        }
    }
}
