//! The data of an event.

use crate::model::{Output, Schema, Schemas};
use crate::response::{BodyError, EventText, TextData, event_schema, text_event_schema};

/// A type that a variant of an `#[events]` enum can contain.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the data of an event",
    label = "not the data of an event",
    note = "write `#[model]` or `#[model(output)]` above a type whose JSON is the data",
    note = "for text that is not JSON, use `TextData`"
)]
pub trait EventData {
    /// Describes an event with this data.
    fn describe(name: Option<&'static str>, schemas: &mut Schemas) -> Schema;

    /// Writes an event with this data.
    ///
    /// # Errors
    /// If the data cannot be serialized.
    fn write(&self, name: Option<&'static str>, text: &mut EventText) -> Result<(), BodyError>;
}

#[diagnostic::do_not_recommend]
impl<T: Output> EventData for T {
    fn describe(name: Option<&'static str>, schemas: &mut Schemas) -> Schema {
        event_schema(name, T::schema(schemas))
    }

    fn write(&self, name: Option<&'static str>, text: &mut EventText) -> Result<(), BodyError> {
        text.json(name, self)
    }
}

#[diagnostic::do_not_recommend]
impl EventData for TextData {
    fn describe(name: Option<&'static str>, _: &mut Schemas) -> Schema {
        text_event_schema(name, Schema::string())
    }

    fn write(&self, name: Option<&'static str>, text: &mut EventText) -> Result<(), BodyError> {
        text.text(name, &self.0);
        Ok(())
    }
}
