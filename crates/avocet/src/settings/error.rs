//! The error for invalid settings.

use std::fmt;

/// The error for invalid settings; it reports all of them.
///
/// The wording may change; [`errors`](Self::errors) has one sentence for each, which names the option and where it was
/// given.
///
/// ```
/// use avocet::Settings;
///
/// let program = Settings::program("shop", "Sells things.");
/// let error = program.load_from(["--port", "99999"], [("AVOCET_LOG", "loud")]).unwrap_err();
/// assert_eq!(error.errors(), [
///     "`--port` is `99999`, but must be a number from 0 to 65535",
///     "`AVOCET_LOG` is `loud`, but must be off, error, warn, info, debug or trace",
/// ]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    errors: Vec<String>,
}

impl SettingsError {
    pub(super) fn all(errors: Vec<String>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self { errors })
        }
    }

    /// Returns one sentence for each invalid setting.
    ///
    /// ```
    /// let program = avocet::Settings::program("shop", "Sells things.");
    /// let error = program.load_from(["--prot", "1"], []).unwrap_err();
    /// assert_eq!(error.errors(), ["there is no option `--prot`; `--help` lists them all"]);
    /// ```
    pub fn errors(&self) -> &[String] {
        &self.errors
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.errors[..] {
            [error] => f.write_str(error),
            errors => {
                write!(f, "{} settings are invalid", errors.len())?;
                for error in errors {
                    write!(f, "\n  {error}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for SettingsError {}
