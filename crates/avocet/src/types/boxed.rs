//! `Box<T>`: the value itself, so that a model can contain itself.

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Location, Reader};
use crate::rules::Rules;

impl<T: Model> Model for Box<T> {
    fn name() -> String {
        T::name()
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        T::schema(schemas)
    }
}

impl<T: Input> Input for Box<T> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        T::read(reader, at, rules).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}
