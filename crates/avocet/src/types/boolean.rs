//! `bool`.

use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Invalid, Kind, Location, Reader, ValidationError, ValidationErrors};
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
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        match reader.peek()? {
            Kind::Boolean => Ok(reader.boolean()?),
            _ => match reader.convert(at, rules)? {
                Some(boolean) => Ok(boolean),
                None => Err(reader.wrong_kind(at, "bool_type", "Input should be a valid boolean")),
            },
        }
    }
}

impl FromText for bool {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        _: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(true),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(false),
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                errors.add(at, ValidationError::new("bool_parsing", message));
                Err(Invalid)
            }
        }
    }
}
