//! Reads untagged enums: the first alternative that fits is the value.

use super::json::Mark;
use super::{Failure, Location, LocationSegment, Malformed, Reader, ValidationErrors};

/// How many times nested alternatives may reread the text, in total.
const ROUNDS: usize = 32;

/// How many bytes of a short text they may reread.
const BYTES: usize = 1 << 20;

impl Reader<'_> {
    /// Reads a value as the first of `count` alternatives that fits.
    ///
    /// `read` is called with the index of each alternative until one returns a value. If none does, the validation
    /// errors of all alternatives are added, one segment deeper, under the alternative's `label`. An alternative that
    /// fails without a validation error is not reported.
    ///
    /// Nested alternatives would reread the same text once for each combination. The reread bytes are counted, and a
    /// text that needs more than 32 times its length, and more than a mebibyte, is rejected as malformed.
    ///
    /// # Errors
    /// [`Failure::Invalid`] if none fits, [`Failure::Malformed`] if the text is not JSON or was rejected.
    ///
    /// ```
    /// use avocet::read::{Location, Reader};
    /// use avocet::input::Input;
    /// use avocet::rules::Rules;
    ///
    /// let at = Location::root("body");
    /// let read = |text| {
    ///     Reader::new(text).untagged(&at, 2, |index| ["number", "text"][index].to_owned(), |reader, index| match index {
    ///         0 => u32::read(reader, &at, &Rules::NONE).map(|number| number.to_string()),
    ///         _ => String::read(reader, &at, &Rules::NONE),
    ///     })
    /// };
    /// assert_eq!(read("7").unwrap(), "7");
    /// assert_eq!(read("\"seven\"").unwrap(), "seven");
    /// assert!(read("null").is_err());
    /// ```
    pub fn untagged<T>(
        &mut self,
        at: &Location<'_>,
        count: usize,
        label: impl Fn(usize) -> String,
        mut read: impl FnMut(&mut Self, usize) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.peek()?;
        let (start, tag) = (self.json.mark(), self.tag);
        let noted = std::mem::take(self.errors_mut());
        let mut found: Vec<ValidationErrors> = Vec::new();
        for index in 0..count {
            if index > 0 {
                self.again(start)?;
                self.tag = tag;
            }
            self.alternatives += 1;
            let value = read(self, index);
            self.alternatives -= 1;
            let errors = std::mem::take(self.errors_mut());
            match value {
                Err(Failure::Invalid) => found.push(errors),
                value => {
                    *self.errors_mut() = noted;
                    return value;
                }
            }
        }
        *self.errors_mut() = noted;
        let depth = at.segments().len();
        for (index, mut errors) in found.into_iter().enumerate() {
            if !errors.is_empty() {
                errors.step_in(depth, &LocationSegment::from(label(index).as_str()));
                self.errors_mut().append(errors);
            }
        }
        Err(Failure::Invalid)
    }

    /// Returns to the beginning of an alternative. Only nested alternatives are counted; outside of these the number of
    /// the type's alternatives is the bound.
    fn again(&mut self, start: Mark) -> Result<(), Malformed> {
        if self.alternatives > 0 {
            return self.return_to(start);
        }
        self.json.return_to(start);
        Ok(())
    }

    /// Returns to an earlier position, for rereading that may happen at every depth of the text.
    pub(super) fn return_to(&mut self, start: Mark) -> Result<(), Malformed> {
        self.count_again(self.json.passed(start))?;
        self.json.return_to(start);
        Ok(())
    }

    /// Counts bytes that will be reread.
    pub(super) fn count_again(&mut self, bytes: usize) -> Result<(), Malformed> {
        match self.again_left.checked_sub(bytes) {
            Some(left) => {
                self.again_left = left;
                Ok(())
            }
            None => Err(self.json.give_up("Nested too deeply to be read again")),
        }
    }
}

/// How many bytes of a text may be reread.
pub(super) fn again_at_most(text: &str) -> usize {
    text.len().saturating_mul(ROUNDS).max(BYTES)
}

#[cfg(test)]
mod tests {
    use crate::read::{Location, Reader, ValidationError, Variants};

    #[test]
    fn every_alternative_of_a_variant_skips_the_tag() {
        let at = Location::root("body");
        let kinds = Variants::new("kind", &["area"]);
        for text in [
            r#"{"kind": "area", "radius": 3}"#,
            r#"{"radius": 3, "kind": "area"}"#,
        ] {
            let names = Reader::new(text).tagged(&at, &kinds, |reader, _, at| {
                let label = |index: usize| ["Square", "Circle"][index].to_owned();
                reader.untagged(at, 2, label, |reader, index| {
                    let mut object = reader.begin_object(at)?;
                    let mut names = Vec::new();
                    while let Some(name) = reader.next_key(&mut object)? {
                        names.push(name.into_owned());
                        reader.skip()?;
                    }
                    match index {
                        0 => Err(reader.error(at, ValidationError::missing())),
                        _ => Ok(names),
                    }
                })
            });
            assert_eq!(names.expect("the second one fits"), ["radius"], "{text}");
        }
    }
}
