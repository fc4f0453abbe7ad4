//! The location of a declaration in the source.

use std::fmt;
use std::panic::Location;

/// The location where an operation was declared, for messages at start-up.
///
/// ```
/// use avocet::operation::Declaration;
///
/// assert!(Declaration::here().to_string().contains(':'));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The function's name; empty for an operation built without macros.
    pub function: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line in it, from 1.
    pub line: u32,
}

impl Declaration {
    /// Returns the location of the call.
    ///
    /// ```
    /// # use avocet::operation::Declaration;
    /// assert_eq!(Declaration::here().function, "");
    /// ```
    #[track_caller]
    pub fn here() -> Self {
        let location = Location::caller();
        Self {
            function: "",
            file: location.file(),
            line: location.line(),
        }
    }
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.function {
            "" => write!(f, "{}:{}", self.file, self.line),
            function => write!(f, "`{function}` ({}:{})", self.file, self.line),
        }
    }
}
