//! Objects made from texts: the fields of a query, of headers, cookies or a form.
//!
//! The body reader reads them too, so that a model means the same in every source. The only difference: a text stands
//! for any value that it converts to, by the same conversions as for single parameters.

use super::{FromText, Input};
use crate::read::{DEFAULT_DEPTH, Failure, Location, Reader, ValidationErrors, whole};
use crate::rules::Rules;

/// Reads an object whose members are texts and lists of texts.
pub(crate) fn from_texts<T: Input>(object: &str, at: &Location<'_>) -> Result<T, ValidationErrors> {
    whole(object.as_bytes(), at, DEFAULT_DEPTH, |reader| {
        reader.convert_texts();
        T::read(reader, at, &Rules::NONE)
    })
}

impl Reader<'_> {
    /// Converts the next text, if the object was made from the texts of a query, headers, cookies or a form.
    ///
    /// A type that JSON represents as something other than text calls it if the next value is not of that kind. If texts
    /// are not converted, or the next value is not a text, it returns `None` and consumes nothing.
    ///
    /// # Errors
    /// [`Failure::Invalid`] if the text cannot be converted, [`Failure::Malformed`] if no value follows.
    ///
    /// ```
    /// use avocet::read::{Location, Reader};
    /// use avocet::rules::Rules;
    ///
    /// let mut body = Reader::new("\"7\"");
    /// assert_eq!(body.convert::<u32>(&Location::root("body"), &Rules::NONE), Ok(None));
    /// ```
    pub fn convert<T: FromText>(
        &mut self,
        at: &Location<'_>,
        rules: &Rules,
    ) -> Result<Option<T>, Failure> {
        match self.text_to_convert()? {
            Some(text) => Ok(Some(T::from_text(&text, at, rules, self.errors_mut())?)),
            None => Ok(None),
        }
    }
}
