//! Where something was declared.

use std::fmt;
use std::panic::Location;

/// Where an operation was declared, so that a message at start-up can point there.
///
/// ```
/// use avocet::operation::Declaration;
///
/// assert!(Declaration::here().to_string().contains(':'));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The function's name; empty for an operation built by hand.
    pub function: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line in it, from 1.
    pub line: u32,
}

impl Declaration {
    /// The place of the call.
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
