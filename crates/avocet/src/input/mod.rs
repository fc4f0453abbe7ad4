//! How types read themselves: [`Input`] from a JSON value, [`FromText`] from a parameter, which is text; [`FieldSlot`] is a field
//! while its object is being read.

mod converted;
mod from_text;
mod newtype;
mod slot;

pub(crate) use converted::from_texts;
pub use from_text::FromText;
pub use newtype::{Newtype, absent_newtype, describe_newtype, describe_newtype_as, read_newtype};
pub use slot::FieldSlot;

use crate::model::Model;
use crate::read::{DEFAULT_DEPTH, Failure, Location, Reader, ValidationErrors, whole};
use crate::rules::Rules;

/// A type that can be read from a request: `#[model]` implements it for structs and enums.
///
/// `read` consumes exactly one JSON value. For an invalid value it adds every validation error with its location and
/// still consumes the value, so that errors after it are found too.
///
/// A custom type can use the implementation of an existing type and add to it:
///
/// ```
/// use avocet::model::{Model, Schema, Schemas};
/// use avocet::read::{Failure, Location, ValidationError, Reader};
/// use avocet::input::{self, Input};
/// use avocet::rules::Rules;
///
/// struct Even(u32);
///
/// impl Model for Even {
///     fn name() -> String {
///         "Even".into()
///     }
///     fn schema(schemas: &mut Schemas) -> Schema {
///         u32::schema(schemas).with("multipleOf", 2)
///     }
/// }
///
/// impl Input for Even {
///     fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
///         match u32::read(reader, at, rules)? {
///             odd if odd % 2 == 1 => Err(reader.error(at, ValidationError::new("odd", "Input should be even"))),
///             even => Ok(Even(even)),
///         }
///     }
/// }
///
/// assert_eq!(input::from_json::<Even>(b"4").unwrap().0, 4);
/// assert_eq!(input::from_json::<Even>(b"3").err().unwrap().iter().next().unwrap().kind(), "odd");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "not an input",
    note = "write `#[model]` above your own type; wrap a type that only implements serde's traits in your own `#[model]`"
)]
pub trait Input: Model + Sized + Send {
    /// Reads one JSON value at `at` and checks `rules`.
    ///
    /// # Errors
    /// [`Failure::Invalid`] if validation errors were added and the value was consumed; [`Failure::Malformed`] if the
    /// text is not JSON, which ends the reading.
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure>;

    /// Reads several items of a list at once, for types that are faster to read together, such as numbers. By default it
    /// does nothing. A custom type that wraps a number can forward it.
    ///
    /// The reader is positioned before an item. The method appends at most `most` items, only items that are valid under
    /// `rules` (the rules for each item), and may stop before any item for any reason. [`read`](Self::read) reads the
    /// next item, and then this method is called again. It stops directly after the last appended item and adds no
    /// validation errors.
    ///
    /// ```
    /// use avocet::read::Reader;
    /// use avocet::input::Input;
    /// use avocet::rules::Rules;
    ///
    /// let mut reader = Reader::new("[1, 22, null, 4444, 55555, 666666, 7777777]");
    /// reader.begin_array().unwrap();
    /// let mut items = Vec::new();
    /// u32::read_ahead(&mut reader, &Rules::NONE, 512, &mut items);
    /// assert_eq!(items, [1, 22]);
    /// assert!(reader.next_item(false).unwrap());
    /// assert!(reader.null().is_ok());
    /// ```
    fn read_ahead(reader: &mut Reader<'_>, rules: &Rules, most: usize, items: &mut Vec<Self>) {
        let _ = (reader, rules, most, items);
    }

    /// The value of an absent member, for a type that has one: `None` for an `Option`.
    ///
    /// ```
    /// use avocet::input::Input;
    ///
    /// assert_eq!(Option::<u32>::absent(), Some(None));
    /// assert_eq!(u32::absent(), None);
    /// ```
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads a complete JSON text as a `T`, as a body is read.
///
/// # Errors
/// Every validation error with its location below `body`, or a single one if the text is not JSON.
///
/// ```
/// let vector: Vec<f32> = avocet::input::from_json(b"[1, 2.5]").unwrap();
/// assert_eq!(vector, [1.0, 2.5]);
///
/// let errors = avocet::input::from_json::<Vec<f32>>(br#"[1, "x", null]"#).unwrap_err();
/// let locations: Vec<_> = errors.iter().map(ToString::to_string).collect();
/// assert_eq!(locations, ["body[1]: Input should be a valid number", "body[2]: Input should be a valid number"]);
/// ```
pub fn from_json<T: Input>(text: &[u8]) -> Result<T, ValidationErrors> {
    let at = Location::root("body");
    whole(text, &at, DEFAULT_DEPTH, |reader| {
        T::read(reader, &at, &Rules::NONE)
    })
}
