//! `f32` and `f64`: finite numbers. Any other number is a `finite_number` error, whatever its rules.

use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{
    Failure, Invalid, Kind, Location, Number, Reader, ValidationError, ValidationErrors, cut,
    is_half_way, narrowed,
};
use crate::rules::Rules;

fn not_finite() -> ValidationError {
    ValidationError::new("finite_number", "Input should be a finite number")
}

/// Reads a finite number. The rules check the number as it was sent; then it is narrowed, and exclusive bounds are
/// checked again.
#[inline(never)]
fn read_number<T>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
    narrow: impl Fn(f64, &str) -> Option<T>,
) -> Result<T, Failure> {
    if reader.peek()? != Kind::Number {
        return match reader.text_to_convert()? {
            Some(text) => Ok(parse_number(&text, at, rules, reader.errors_mut(), narrow)?),
            None => Err(reader.wrong_kind(at, "float_type", "Input should be a valid number")),
        };
    }
    let number = reader.number()?;
    let wide = number.to_f64();
    if !wide.is_finite() {
        return Err(reader.error(at, not_finite()));
    }
    reader.number_under(rules, Number::Float(wide), at)?;
    narrow(wide, number.as_str()).ok_or_else(|| reader.error(at, not_finite()))
}

fn parse_number<T>(
    text: &str,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
    narrow: impl Fn(f64, &str) -> Option<T>,
) -> Result<T, Invalid> {
    let text = super::integer::without_separators(text);
    let Some((wide, text)) = text.and_then(|text| Some((text.parse::<f64>().ok()?, text))) else {
        let message = "Input should be a valid number, unable to parse string as a number";
        errors.add(at, ValidationError::new("float_parsing", message));
        return Err(Invalid);
    };
    if wide.is_finite() {
        rules.check_number(Number::Float(wide), at, errors)?;
        if let Some(number) = narrow(wide, &text) {
            return Ok(number);
        }
    }
    errors.add(at, not_finite());
    Err(Invalid)
}

impl Model for f64 {
    fn name() -> String {
        "f64".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::number().with("format", "double")
    }
}

impl Input for f64 {
    #[inline]
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        let Some(number) = reader.plain_float(|_| true) else {
            return read_number(reader, at, rules, |number, _| Some(number));
        };
        reader.number_under(rules, Number::Float(number), at)?;
        Ok(number)
    }

    fn read_ahead(reader: &mut Reader<'_>, rules: &Rules, most: usize, items: &mut Vec<Self>) {
        // Rules check each number.
        if rules.is_empty() {
            reader.plain_floats(most, |number| {
                items.push(number);
                true
            });
        }
    }
}

impl FromText for f64 {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        parse_number(text, at, rules, errors, |number, _| Some(number))
    }
}

impl Model for f32 {
    fn name() -> String {
        "f32".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        // A number beyond the bounds is rejected; it does not become infinite.
        Schema::number()
            .with("format", "float")
            .with("minimum", -MOST_F32)
            .with("maximum", MOST_F32)
    }
}

/// The largest number that is read as an `f32`: `f32::MAX` in its shortest spelling, which is also the one that is
/// written. The value of `f32::MAX` as an `f64` is slightly less.
const MOST_F32: f64 = 3.402_823_5e38;

/// The nearest `f32`, within its range.
#[inline]
fn narrow(wide: f64, text: &str) -> Option<f32> {
    (wide.abs() <= MOST_F32).then(|| narrowed(wide, text))
}

impl Input for f32 {
    #[inline]
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        // None of these numbers is too small for an `f32`.
        let Some(wide) = reader.plain_float(|wide| !is_half_way(wide)) else {
            let number = read_number(reader, at, rules, narrow)?;
            rules.check_rounded(number, at, reader.errors_mut())?;
            return Ok(number);
        };
        reader.number_under(rules, Number::Float(wide), at)?;
        let number = cut(wide);
        rules.check_rounded(number, at, reader.errors_mut())?;
        Ok(number)
    }

    fn read_ahead(reader: &mut Reader<'_>, rules: &Rules, most: usize, items: &mut Vec<Self>) {
        if rules.is_empty() {
            reader.plain_floats(most, |wide| {
                let is_plain = !is_half_way(wide);
                if is_plain {
                    items.push(cut(wide));
                }
                is_plain
            });
        }
    }
}

impl FromText for f32 {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        let number = parse_number(text, at, rules, errors, narrow)?;
        rules.check_rounded(number, at, errors)?;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use crate::input::{FromText, from_json};
    use crate::read::Number::{Float, Integer};
    use crate::read::{Location, ValidationErrors};
    use crate::rules::{Ge, Gt, Le, Lt, MultipleOf, Rules};

    fn kinds(errors: &ValidationErrors) -> Vec<&str> {
        errors
            .iter()
            .map(crate::read::ValidationError::kind)
            .collect()
    }

    #[test]
    fn every_float_is_read_back_as_it_is_written() {
        let mut bits = 1_u32;
        let few = [
            0,
            1,
            f32::MIN_POSITIVE.to_bits() - 1,
            f32::MIN_POSITIVE.to_bits(),
            f32::MAX.to_bits(),
            f32::MIN.to_bits(),
        ];
        for next in 0..20_000 {
            bits = few
                .get(next)
                .copied()
                .unwrap_or_else(|| bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
            let number = f32::from_bits(bits);
            if number.is_finite() {
                let text = serde_json::to_string(&number).expect("JSON");
                let read = from_json::<f32>(text.as_bytes())
                    .unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
                assert_eq!(read.to_bits(), bits, "{text}");
            }
        }
        for number in [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -0.0] {
            let text = serde_json::to_string(&number).expect("JSON");
            assert_eq!(
                from_json::<f64>(text.as_bytes())
                    .expect("a number")
                    .to_bits(),
                number.to_bits(),
                "{text}"
            );
        }
    }

    #[test]
    fn the_bound_in_the_document_is_the_readers() {
        for (text, good) in [
            ("3.4028235e38", true),
            ("-3.4028235e38", true),
            ("340282350000000000000000000000000000000", true),
            ("3.4028234663852886e38", true),
            ("3.402823500001e38", false),
            ("3.4028236e38", false),
            ("-1e39", false),
        ] {
            let read = from_json::<f32>(text.as_bytes());
            assert_eq!(read.is_ok(), good, "{text}");
            let value: f64 = text.parse().expect("a number");
            assert_eq!(value.abs() <= super::MOST_F32, good, "{text}");
            if let Err(errors) = read {
                assert_eq!(kinds(&errors), ["finite_number"], "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_that_whatever_the_rules() {
        static RULES: [Rules; 5] = [
            Rules::own(&[&Ge(Integer(0))]),
            Rules::own(&[&Gt(Float(0.5))]),
            Rules::own(&[&Le(Integer(1)), &Ge(Integer(0))]),
            Rules::own(&[&Lt(Float(1.0))]),
            Rules::own(&[&MultipleOf(Float(0.5))]),
        ];
        let at = Location::root("query");
        for rules in &RULES {
            for text in [
                "nan",
                "NaN",
                "inf",
                "-inf",
                "Infinity",
                "-Infinity",
                "1e400",
                "-1e400",
            ] {
                let mut errors = ValidationErrors::default();
                assert!(f64::from_text(text, &at, rules, &mut errors).is_err());
                assert_eq!(kinds(&errors), ["finite_number"], "{text} {rules:?}");
                let mut errors = ValidationErrors::default();
                assert!(f32::from_text(text, &at, rules, &mut errors).is_err());
                assert_eq!(kinds(&errors), ["finite_number"], "{text} {rules:?}");
            }
        }
    }
}
