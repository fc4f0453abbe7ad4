//! Fields of types that implement only serde's traits: their raw text is parsed by `serde_json`.

use std::fmt::Display;

use serde::de::value::Error as Absent;
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::ser::{Serialize, SerializeStruct};
use serde_json::de::StrRead;

use crate::input::FieldSlot;
use crate::read::{Location, Malformed, Reader, ValidationError, with_integers};

/// The deserializer that serde functions receive.
type JsonDeserializer<'a, 't> = &'a mut serde_json::Deserializer<StrRead<'t>>;

/// Reads the member of a field with a function for serde's `deserialize_with`.
///
/// # Errors
/// [`Malformed`] if the text is not JSON.
pub fn read_by_serde<T>(
    slot: &mut FieldSlot<T>,
    reader: &mut Reader<'_>,
    around: &Location<'_>,
    name: &str,
    read: impl Fn(JsonDeserializer<'_, '_>) -> Result<T, serde_json::Error>,
) -> Result<(), Malformed> {
    let at = around.member(name);
    slot.read_with(reader, &at, |reader| {
        let text = reader.raw()?;
        let read = |text: &str| {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let value = read(&mut deserializer)?;
            deserializer.end().map(|()| value)
        };
        read(text)
            .or_else(|error| match with_integers(text) {
                Some(text) => read(&text),
                None => Err(error),
            })
            .map_err(|error| reader.error(&at, ValidationError::value_error(words(&error))))
    })
}

/// Reads a type with its `Deserialize` implementation.
///
/// # Errors
/// Returns the deserializer's errors.
pub fn deserialize<T: DeserializeOwned>(
    text: JsonDeserializer<'_, '_>,
) -> Result<T, serde_json::Error> {
    T::deserialize(text)
}

/// The field's value, or serde's value for an absent member, or a validation error.
pub fn required_by_serde<T: DeserializeOwned>(
    slot: FieldSlot<T>,
    reader: &mut Reader<'_>,
    around: &Location<'_>,
    name: &str,
) -> Option<T> {
    slot.or_else(reader, around, name, absent_for_serde)
}

/// Writes a member whose type implements only `Serialize`.
///
/// # Errors
/// Returns the serializer's errors.
pub fn serialize_foreign<T: Serialize, S: SerializeStruct>(
    object: &mut S,
    name: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    object.serialize_field(name, value)
}

/// Serde's value for an absent member: `None`, for an `Option`.
pub fn absent_for_serde<T: DeserializeOwned>() -> Option<T> {
    T::deserialize(Nothing).ok()
}

struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = Absent;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Absent> {
        Err(Absent::custom("absent"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Absent> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Serde's error message without the position, which Avocet reports itself, and without the value, which may be a
/// secret.
fn words(error: &impl Display) -> String {
    const QUOTING: [&str; 5] = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant `",
        "unknown field `",
    ];
    let text = error.to_string();
    let text = match text.rfind(" at line ") {
        Some(location) => &text[..location],
        None => &text,
    };
    match text.rfind("expected ") {
        Some(start) if QUOTING.iter().any(|words| text.starts_with(words)) => {
            text[start..].to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn the_value_is_left_out_of_serdes_words() {
        let said = |text: &str| words(&serde_json::from_str::<u8>(text).unwrap_err());
        assert_eq!(said(r#""secret""#), "expected u8");
        assert_eq!(said("300"), "expected u8");
    }
}
