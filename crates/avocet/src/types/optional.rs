//! `Option<T>`: may be absent, and may be `null`.

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Kind, Location, Reader};
use crate::rules::Rules;

impl<T: Model> Model for Option<T> {
    fn name() -> String {
        format!("Optional_{}_", T::name())
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        T::schema(schemas).nullable()
    }
}

impl<T: Input> Input for Option<T> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        if reader.peek()? == Kind::Null {
            reader.null()?;
            return Ok(None);
        }
        T::read(reader, at, rules).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}
