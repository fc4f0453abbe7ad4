//! `f32` and `f64`: finite numbers.

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Invalid, Kind, Number, Place, Problem, Problems, Reader, Text};
use crate::rules::Rules;

fn not_finite() -> Problem {
    Problem::new("finite_number", "Input should be a finite number")
}

/// The rules see the number as it was written; only then it is narrowed.
#[inline]
fn read_number(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<f64, Failure> {
    if reader.peek()? != Kind::Number {
        return match reader.text_to_convert()? {
            Some(text) => Ok(parse_number(&text, at, rules, reader.problems_mut())?),
            None => Err(reader.wrong_kind(at, "float_type", "Input should be a valid number")),
        };
    }
    let number = reader.number()?.to_f64();
    if !number.is_finite() {
        return Err(reader.problem(at, not_finite()));
    }
    reader.number_under(rules, Number::Float(number), at)?;
    Ok(number)
}

fn parse_number(
    text: &str,
    at: &Place<'_>,
    rules: &Rules,
    problems: &mut Problems,
) -> Result<f64, Invalid> {
    let Some(number) =
        super::integer::without_separators(text).and_then(|text| text.parse::<f64>().ok())
    else {
        let message = "Input should be a valid number, unable to parse string as a number";
        problems.add(at, Problem::new("float_parsing", message));
        return Err(Invalid);
    };
    // `inf` and `nan` are numbers to Pydantic; what is wrong with them is first of all the bound that they break.
    rules.check_number(Number::Float(number), at, problems)?;
    if !number.is_finite() {
        problems.add(at, not_finite());
        return Err(Invalid);
    }
    Ok(number)
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
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
        read_number(reader, at, rules)
    }
}

impl Text for f64 {
    fn from_text(
        text: &str,
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        parse_number(text, at, rules, problems)
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

const F32_RANGE: std::ops::RangeInclusive<f64> = f32::MIN as f64..=f32::MAX as f64;

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked; rounding to the nearest f32 is meant"
)]
const fn narrow(number: f64) -> f32 {
    number as f32
}

impl Input for f32 {
    #[inline]
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
        let number = read_number(reader, at, rules)?;
        if F32_RANGE.contains(&number) {
            Ok(narrow(number))
        } else {
            Err(reader.problem(at, not_finite()))
        }
    }
}

impl Text for f32 {
    fn from_text(
        text: &str,
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        let number = parse_number(text, at, rules, problems)?;
        if F32_RANGE.contains(&number) {
            return Ok(narrow(number));
        }
        problems.add(at, not_finite());
        Err(Invalid)
    }
}
