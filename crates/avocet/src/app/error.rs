//! The error that `main` returns.

use std::fmt;

/// An error that ends the program: any error, shown with its causes.
///
/// `fn main() -> avocet::Result<()>` prints it as text, not as a data structure.
///
/// ```
/// fn read() -> avocet::Result<u32> {
///     Ok("7".parse::<u32>()?)
/// }
/// assert_eq!(read().unwrap(), 7);
/// ```
pub struct Error(Box<dyn std::error::Error + Send + Sync>);

/// A result whose error may be any error.
///
/// ```
/// let result: avocet::Result<u32> = Ok(1);
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns the error inside.
    ///
    /// ```
    /// let error = avocet::Error::from("x".parse::<u32>().unwrap_err());
    /// assert!(error.get_ref().is::<std::num::ParseIntError>());
    /// ```
    pub fn get_ref(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
