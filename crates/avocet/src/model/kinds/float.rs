//! `f32` and `f64`: finite numbers.

use crate::model::{Model, Schema, Schemas};
use crate::read::{
    Failure, FromText, Input, Invalid, Kind, Location, Number, Reader, ValidationError,
    ValidationErrors, cut, is_half_way, narrowed,
};
use crate::rules::Rules;

fn not_finite() -> ValidationError {
    ValidationError::new("finite_number", "Input should be a finite number")
}

/// Reads a number that is finite. The rules see it as it was written; only then it is narrowed, which a bound that it must not
/// reach is asked about once more.
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
    // `inf` and `nan` are numbers to Pydantic; what is wrong with them is first of all the bound that they break.
    rules.check_number(Number::Float(wide), at, errors)?;
    let number = if wide.is_finite() {
        narrow(wide, &text)
    } else {
        None
    };
    number.ok_or_else(|| {
        errors.add(at, not_finite());
        Invalid
    })
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
        reader.plain_floats(rules, most, |number| {
            items.push(number);
            true
        });
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
        // The bounds are said, because a number beyond them is refused and not made infinite.
        Schema::number()
            .with("format", "float")
            .with("minimum", f64::from(f32::MIN))
            .with("maximum", f64::from(f32::MAX))
    }
}

/// The nearest `f32`, within its range.
#[inline]
fn narrow(wide: f64, text: &str) -> Option<f32> {
    (wide.abs() <= f64::from(f32::MAX)).then(|| narrowed(wide, text))
}

impl Input for f32 {
    #[inline]
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        // None of these is too small for an `f32`.
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
        reader.plain_floats(rules, most, |wide| {
            let is_plain = !is_half_way(wide);
            if is_plain {
                items.push(cut(wide));
            }
            is_plain
        });
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
