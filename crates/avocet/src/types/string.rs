//! `String`, and `&'static str` in responses.

use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Invalid, Location, Reader, ValidationErrors};
use crate::rules::Rules;

impl Model for String {
    fn name() -> String {
        "str".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::string()
    }
}

impl Input for String {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        let Some(text) = reader.text_if_any()? else {
            return Err(reader.wrong_kind(at, "string_type", "Input should be a valid string"));
        };
        // Most texts have no rules: no result is built for what cannot fail.
        if rules.own.is_empty() && rules.normalize.is_none() {
            return Ok(text.into_owned());
        }
        Ok(rules.text(text, at, reader.errors_mut())?)
    }
}

impl FromText for String {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        rules.text(text.into(), at, errors)
    }
}

impl Model for &'static str {
    fn name() -> String {
        String::name()
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        String::schema(schemas)
    }
}
