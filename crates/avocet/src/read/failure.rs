//! How reading a value fails.

/// Why [`Input::read`](crate::input::Input::read) returned no value.
///
/// ```
/// use avocet::read::{Failure, Malformed};
///
/// assert_eq!(Failure::from(Malformed), Failure::Malformed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The value was consumed and its validation errors were added.
    Invalid,
    /// The text is not JSON; the reader is positioned where that became clear.
    Malformed,
}

/// The text is not JSON. The reader keeps the position and the reason.
///
/// ```
/// assert_eq!(format!("{:?}", avocet::read::Malformed), "Malformed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A parameter is invalid; its validation errors were added.
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
