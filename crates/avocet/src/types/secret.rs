//! `Secret<String>`: a text that is read and never shown.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::input::Input;
use crate::input::{Newtype, read_newtype};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Location, Reader, ValidationError};
use crate::rules::Rules;

/// The replacement for a secret's value.
const HIDDEN: &str = "**********";

/// A value that is masked: `Debug` output and responses contain stars instead, whatever its length.
///
/// `Secret<String>` can be a field or a parameter and supports the rules of text. Access the value with
/// [`expose`](Self::expose), and compare it with [`matches`](Self::matches) or `==`, which take the same time wherever two texts differ.
/// The memory is not wiped on drop.
///
/// ```
/// use avocet::types::Secret;
///
/// let password: Secret<String> = avocet::input::from_json(br#""correct horse""#).unwrap();
/// assert_eq!(password.expose(), "correct horse");
/// assert_eq!(format!("{password:?}"), "**********");
/// assert_eq!(serde_json::to_string(&password).unwrap(), r#""**********""#);
/// ```
#[derive(Clone, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    ///
    /// ```
    /// let key = avocet::types::Secret::new(42);
    /// assert_eq!(format!("{key:?}"), "**********");
    /// ```
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value. The name makes accesses easy to find in a review.
    ///
    /// ```
    /// assert_eq!(avocet::types::Secret::new(42).expose(), &42);
    /// ```
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Consumes the secret and returns the value.
    ///
    /// ```
    /// assert_eq!(avocet::types::Secret::new(42).into_exposed(), 42);
    /// ```
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl<T> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

#[diagnostic::do_not_recommend]
impl Model for Secret<String> {
    fn name() -> String {
        "Secret".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::string()
            .with("format", "password")
            .with("writeOnly", true)
    }
}

#[diagnostic::do_not_recommend]
impl Input for Secret<String> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        read_newtype(reader, at, rules)
    }
}

impl Newtype for Secret<String> {
    type Inner = String;

    fn rules() -> &'static Rules {
        &Rules::NONE
    }

    fn build(inner: String, _: &mut dyn FnMut(ValidationError)) -> Option<Self> {
        Some(Self(inner))
    }
}
