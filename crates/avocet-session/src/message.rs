//! `FlashMessage` and `Level`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A message with its level. The text is not HTML: a page must escape it.
///
/// ```
/// use avocet_session::{FlashMessage, Level};
///
/// let message = FlashMessage::new(Level::Error, "Wrong password");
/// assert_eq!(message.level.name(), "error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FlashMessage {
    /// The level.
    pub level: Level,
    /// The text.
    pub text: String,
}

impl FlashMessage {
    /// Creates a message.
    ///
    /// ```
    /// let message = avocet_session::FlashMessage::new(avocet_session::Level::Info, "Welcome");
    /// ```
    pub fn new(level: Level, text: impl Into<String>) -> Self {
        Self {
            level,
            text: text.into(),
        }
    }
}

/// How important a message is.
///
/// ```
/// assert_eq!(avocet_session::Level::Warning.to_string(), "warning");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something to know.
    Info,
    /// Something worked.
    Success,
    /// Something to look at.
    Warning,
    /// Something failed.
    Error,
}

impl Level {
    /// Returns the name: `info`, `success`, `warning` or `error`.
    ///
    /// ```
    /// assert_eq!(avocet_session::Level::Info.name(), "info");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
