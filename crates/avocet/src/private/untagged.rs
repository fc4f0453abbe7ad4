//! Untagged enums, and adjacently tagged enums.

use crate::input::{FieldSlot, Input};
use crate::model::{Property, Schema, Schemas, Side, object};
use crate::read::{Failure, Kind, Location, Reader};

/// Describes an untagged enum: any of its alternatives, and `null` if it has a unit variant.
pub fn describe_untagged(alternatives: Vec<Schema>, nullable: bool, description: &str) -> Schema {
    let any = match <[Schema; 1]>::try_from(alternatives) {
        Ok([only]) => only,
        Err(alternatives) => Schema::any_of(alternatives),
    };
    let any = if nullable { any.nullable() } else { any };
    any.describe(description)
}

/// Reads the variant that is `null`. Adds no validation error for another value.
///
/// # Errors
/// [`Failure::Invalid`] if the next value is not `null`, [`Failure::Malformed`] if it is not JSON.
pub fn null_variant(reader: &mut Reader<'_>) -> Result<(), Failure> {
    if reader.peek()? == Kind::Null {
        return Ok(reader.null()?);
    }
    reader.skip()?;
    Err(Failure::Invalid)
}

/// Describes a variant whose value is in the member `content` next to its tag.
pub fn describe_content(
    tag: Property,
    content: &'static str,
    schema: Schema,
    optional: bool,
    description: &str,
) -> Schema {
    let content = Property::new(content, schema, !optional);
    Schema::object(vec![tag, content]).describe(description)
}

/// The tag member of a variant, with every value that selects it.
pub fn tag(name: &'static str, values: &[&'static str]) -> Property {
    Property::new(name, Schema::one_of_values(values.iter().copied()), true)
}

/// The same for the variant that every other value selects.
pub fn other_tag(name: &'static str, known: &[&'static str]) -> Property {
    let schema = Schema::string().with("not", object! {"enum": known});
    Property::new(name, schema, true)
}

/// Whether a variant's value is optional.
pub fn may_be_absent<T: Input>(schemas: &Schemas) -> bool {
    schemas.side() == Side::Input && T::absent().is_some()
}

/// Reads a variant's value from the member `content` next to the tag.
///
/// # Errors
/// [`Failure::Invalid`] if validation errors were added, [`Failure::Malformed`] if the text is not JSON.
pub fn read_content<T>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    content: &'static str,
    is_closed: bool,
    absent: impl FnOnce() -> Option<T>,
    read: impl Fn(&mut Reader<'_>, &Location<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut object = reader.begin_object(at)?;
    let (mut slot, mut good) = (FieldSlot::default(), true);
    while let Some(key) = reader.next_key(&mut object)? {
        if key == content {
            let inside = at.member(content);
            slot.read_with(reader, &inside, |reader| read(reader, &inside))?;
        } else if is_closed {
            super::closed(reader, at, &key)?;
            good = false;
        } else {
            reader.skip()?;
        }
    }
    slot.or_else(reader, at, content, absent)
        .filter(|_| good)
        .ok_or(Failure::Invalid)
}
