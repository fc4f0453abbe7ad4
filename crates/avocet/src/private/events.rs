//! Support for the variants of `#[events]` enums.

use crate::bounds::EventData;
use crate::model::{OrderedJson, Schema, Schemas};
use crate::response::{BodyError, EventText, event_schema, text_event_schema};

/// Describes a variant that contains a `T`.
pub fn describe_event<T: EventData>(name: Option<&'static str>, schemas: &mut Schemas) -> Schema {
    T::describe(name, schemas)
}

/// Writes a variant that contains a `T`.
///
/// # Errors
/// If the data cannot be serialized.
pub fn write_event<T: EventData>(
    name: Option<&'static str>,
    data: &T,
    text: &mut EventText,
) -> Result<(), BodyError> {
    data.write(name, text)
}

/// Describes a variant whose data is always this text.
pub fn event_of_text(name: Option<&'static str>, data: &'static str) -> Schema {
    text_event_schema(name, Schema::one_of_values([data]))
}

/// Describes a variant whose data is `null`.
pub fn event_without_data(name: Option<&'static str>) -> Schema {
    event_schema(name, Schema::one_of_values([OrderedJson::Null]))
}
