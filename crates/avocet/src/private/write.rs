//! Writes the members of an object, and a model with its tag.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::model::Output;
use crate::write::NullNotFinite;

/// Writes a value.
///
/// # Errors
/// Returns the serializer's errors.
pub fn serialize<T: Output, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Writes a member.
///
/// # Errors
/// Returns the serializer's errors.
pub fn serialize_member<T: Output, S: SerializeStruct>(
    object: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    object.serialize_field(name, value)
}

/// Writes a member whose non-finite floats become `null`.
///
/// # Errors
/// Returns the serializer's errors.
pub fn serialize_finite_or_null<T: Output, S: SerializeStruct>(
    object: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    object.serialize_field(name, &NullNotFinite(value))
}

/// Writes a value whose non-finite floats become `null`.
///
/// # Errors
/// Returns the serializer's errors.
pub fn serialize_itself_or_null<T: Output, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    NullNotFinite(value).serialize(serializer)
}

/// Writes a model's members after a tag.
///
/// # Errors
/// Returns the serializer's errors, and an error if the model is not an object.
pub fn serialize_variant<T: Output, S: Serializer>(
    model: &T,
    tag: &'static str,
    name: &'static str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Tagged {
        tag: Tag { tag, name },
        model,
    }
    .serialize(serializer)
}

#[derive(Serialize)]
struct Tagged<'m, T> {
    #[serde(flatten)]
    tag: Tag,
    #[serde(flatten)]
    model: &'m T,
}

struct Tag {
    tag: &'static str,
    name: &'static str,
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.tag, self.name)?;
        map.end()
    }
}

/// A part of a value that is written separately, identified by its number. `#[model]` implements it.
pub trait SerializePart<const PART: usize> {
    /// Writes the part.
    ///
    /// # Errors
    /// Returns the serializer's errors.
    fn serialize_part<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A part of a value, as a `Serialize` value.
#[derive(Debug)]
pub struct Part<'v, T, const PART: usize>(pub &'v T);

impl<T: SerializePart<PART>, const PART: usize> Serialize for Part<'_, T, PART> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_part(serializer)
    }
}
