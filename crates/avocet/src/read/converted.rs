//! Objects that were made from texts: the fields of a query, of headers, cookies or a form.
//!
//! The one reader reads them, so that a model means the same wherever it comes from. Only that a text stands for whatever it
//! can be converted to, by the same conversions that single parameters have.

use std::borrow::Cow;

use super::reader::{DEFAULT_DEPTH, whole};
use super::{Failure, FromText, Input, Kind, Location, Malformed, Reader, ValidationErrors};
use crate::rules::Rules;

/// Reads an object whose members are texts and lists of texts.
pub(crate) fn from_texts<T: Input>(object: &str, at: &Location<'_>) -> Result<T, ValidationErrors> {
    whole(object.as_bytes(), at, DEFAULT_DEPTH, |reader| {
        reader.converts = true;
        T::read(reader, at, &Rules::NONE)
    })
}

impl<'a> Reader<'a> {
    /// Converts the text that stands here, when the object was made from the texts of a query, headers, cookies or a form.
    ///
    /// A type that stands in JSON as something else than text calls it when that does not stand here. Where texts are not
    /// converted, or none stands, there is no value and nothing was consumed.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when the text cannot be converted, [`Failure::Malformed`] when nothing stands here.
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

    /// The text that stands here, where texts are converted.
    pub(crate) fn text_to_convert(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        if self.converts && self.peek()? == Kind::String {
            self.text().map(Some)
        } else {
            Ok(None)
        }
    }
}
