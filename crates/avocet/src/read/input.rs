//! What a type must do to be read from a JSON body.

use super::{Location, Reader};
use crate::model::Model;
use crate::rules::Rules;

/// A type that a request can carry: `#[model]` writes it for structs and enums.
///
/// `read` consumes exactly one JSON value. Where something is wrong it notes every problem with its place and
/// still consumes the value, so that the problems behind it are found too.
///
/// A type of one's own borrows another's reading and adds to it:
///
/// ```
/// use avocet::model::{Model, Schema, Schemas};
/// use avocet::read::{self, Failure, Input, Location, ValidationError, Reader};
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
/// assert_eq!(read::from_json::<Even>(b"4").unwrap().0, 4);
/// assert_eq!(read::from_json::<Even>(b"3").err().unwrap().iter().next().unwrap().kind(), "odd");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "not an input",
    note = "write `#[model]` above your own type; a type that only serde knows is wrapped in a `#[model]` of yours"
)]
pub trait Input: Model + Sized + Send {
    /// Reads one JSON value at `at` and checks `rules`.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when problems were noted and the value was consumed; [`Failure::Malformed`] when the text
    /// is no JSON, which ends the reading.
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure>;

    /// Reads items of a list ahead, where many together are read faster than one by one; does nothing unless a type says
    /// otherwise, as numbers do and as a type of one's own can that is one of these.
    ///
    /// The reader stands before an item. At most `most` of them are appended, only such as are good under `rules`, which are those
    /// of each item, and it may stop before any of them for any reason: what it leaves is read by [`read`](Self::read), and then
    /// it is asked again. It stops right behind the last that it has appended, and notes no problems.
    ///
    /// ```
    /// use avocet::read::{Input, Reader};
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

    /// The value of a member that is absent, where the type itself knows one: `None` for an `Option`.
    ///
    /// ```
    /// use avocet::read::Input;
    ///
    /// assert_eq!(Option::<u32>::absent(), Some(None));
    /// assert_eq!(u32::absent(), None);
    /// ```
    fn absent() -> Option<Self> {
        None
    }
}

/// Why [`Input::read`] gave no value.
///
/// ```
/// use avocet::read::{Failure, Malformed};
///
/// assert_eq!(Failure::from(Malformed), Failure::Malformed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The value was consumed and its problems were noted.
    Invalid,
    /// The text is no JSON; the reader stands where that became clear.
    Malformed,
}

/// The text is no JSON. The reader keeps the position and the reason.
///
/// ```
/// assert_eq!(format!("{:?}", avocet::read::Malformed), "Malformed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A parameter's problems were noted.
///
/// ```
/// assert_eq!(format!("{:?}", avocet::read::Invalid), "Invalid");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid;

impl From<Malformed> for Failure {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<Invalid> for Failure {
    fn from(_: Invalid) -> Self {
        Self::Invalid
    }
}
