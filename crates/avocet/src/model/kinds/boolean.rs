//! `bool`.

use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Input, Invalid, Kind, Place, Problem, Problems, Reader, Text};
use crate::rules::Rules;

impl Model for bool {
    fn name() -> String {
        "bool".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::boolean()
    }
}

impl Input for bool {
    fn read(reader: &mut Reader<'_>, at: &Place<'_>, rules: &Rules) -> Result<Self, Failure> {
        match reader.peek()? {
            Kind::Boolean => Ok(reader.boolean()?),
            _ => match reader.convert(at, rules)? {
                Some(boolean) => Ok(boolean),
                None => Err(reader.wrong_kind(at, "bool_type", "Input should be a valid boolean")),
            },
        }
    }
}

impl Text for bool {
    fn from_text(
        text: &str,
        at: &Place<'_>,
        _: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(true),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(false),
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                problems.add(at, Problem::new("bool_parsing", message));
                Err(Invalid)
            }
        }
    }
}
