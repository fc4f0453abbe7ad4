//! Writing: the members of an object, and a model with its tag.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::model::Output;
use crate::write::NullNotFinite;

/// Writes a value.
///
/// # Errors
/// The serializer's own.
pub fn serialize<T: Output, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Writes a member.
///
/// # Errors
/// The serializer's own.
pub fn serialize_member<T: Output, S: SerializeStruct>(
    object: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    object.serialize_field(name, value)
}

/// Writes a member whose floats that are not finite are `null`.
///
/// # Errors
/// The serializer's own.
pub fn serialize_finite_or_null<T: Output, S: SerializeStruct>(
    object: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    object.serialize_field(name, &NullNotFinite(value))
}

/// Writes a value whose floats that are not finite are `null`.
///
/// # Errors
/// The serializer's own.
pub fn serialize_itself_or_null<T: Output, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    NullNotFinite(value).serialize(serializer)
}

/// Writes a model's members with a tag before them.
///
/// # Errors
/// The serializer's own, and when the model is no object.
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

/// A part of a value that is written by itself, each told by its number. `#[model]` writes it.
pub trait SerializePart<const PART: usize> {
    /// Writes the part.
    ///
    /// # Errors
    /// The serializer's own.
    fn serialize_part<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A part of a value, to be written where serde asks for a value.
#[derive(Debug)]
pub struct Part<'v, T, const PART: usize>(pub &'v T);

impl<T: SerializePart<PART>, const PART: usize> Serialize for Part<'_, T, PART> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_part(serializer)
    }
}
