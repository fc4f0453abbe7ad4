//! `Patch<T>`: distinguishes absent, `null` and a value, for requests that update a part of a resource.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Location, Reader};
use crate::rules::Rules;

/// The update of one member in a PATCH request: unchanged, `null`, or a new value.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::types::Patch;
///
/// #[model]
/// struct UserPatch {
///     #[field(default)]
///     #[serde(skip_serializing_if = "Patch::is_absent")]
///     nickname: Patch<String>,
/// }
///
/// let read = |text: &str| avocet::input::from_json::<UserPatch>(text.as_bytes()).unwrap().nickname;
/// assert_eq!(read("{}"), Patch::Absent);
/// assert_eq!(read(r#"{"nickname": null}"#), Patch::Null);
/// assert_eq!(read(r#"{"nickname": "Ada"}"#), Patch::Value("Ada".to_owned()));
/// ```
///
/// As a field it is optional, with or without `default`. A value cannot omit itself from the object that contains it: on
/// a model that is also a response, add `#[serde(skip_serializing_if = "Patch::is_absent")]`; without it an absent value
/// is written as `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The member was not sent.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the member was not sent.
    ///
    /// ```
    /// assert!(avocet::types::Patch::<u8>::Absent.is_absent());
    /// ```
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Applies the update: leaves the target unchanged, or sets it to `None` or to the value.
    ///
    /// ```
    /// use avocet::types::Patch;
    ///
    /// let mut nickname = Some("Ada");
    /// Patch::Absent.apply(&mut nickname);
    /// assert_eq!(nickname, Some("Ada"));
    /// Patch::Null.apply(&mut nickname);
    /// assert_eq!(nickname, None);
    /// ```
    pub fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *to = None,
            Self::Value(value) => *to = Some(value),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Model> Model for Patch<T> {
    fn name() -> String {
        format!("Patch_{}_", T::name())
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        Option::<T>::schema(schemas)
    }
}

impl<T: Input> Input for Patch<T> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        Option::read(reader, at, rules).map(Self::from)
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => serializer.serialize_some(value),
        }
    }
}

/// With `#[serde(default)]` on the field, for an absent member.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}
