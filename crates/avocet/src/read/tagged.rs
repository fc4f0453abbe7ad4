//! Reads tagged enums: a member of the object names the variant.

use std::borrow::Cow;

use super::json::{Json, Mark};
use super::reader::{Object, TagMember};
use super::{Failure, Location, Malformed, Reader, ValidationError, Variants};

impl<'a> Reader<'a> {
    /// Reads an object as the variant that its tag names, independent of the order of members.
    ///
    /// `read` is called with the variant's index and the location inside the variant, and reads the whole object.
    /// Members before the tag are not checked otherwise. The last of repeated tags counts, as for every repeated key.
    ///
    /// # Errors
    /// [`Failure::Invalid`] if the tag is missing or unknown, or the variant is invalid; [`Failure::Malformed`] if the
    /// text is not JSON.
    ///
    /// ```
    /// use avocet::read::{Location, Reader, Variants};
    ///
    /// let mut reader = Reader::new(r#"{"text": "hi", "role": "user"}"#);
    /// let roles = Variants::new("role", &["system", "user"]);
    /// let index = reader
    ///     .tagged(&Location::root("body"), &roles, |reader, index, _| {
    ///         reader.skip()?;
    ///         Ok(index)
    ///     })
    ///     .unwrap();
    /// assert_eq!(index, 1);
    /// ```
    pub fn tagged<T>(
        &mut self,
        at: &Location<'_>,
        variants: &Variants,
        read: impl Fn(&mut Self, usize, &Location<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.tag = None;
        if !self.json.is_at(b'{') {
            return Err(self.not_an_object(at));
        }
        let start = self.json.mark();
        let mut which = Which::First;
        loop {
            self.tags_met = 0;
            let value = match self.find_variant(variants, start, which)? {
                Some((index, name)) => read(self, index, &at.member(name)),
                None => Err(self.no_variant(at, variants, which)),
            };
            self.tag = None;
            let is_last = which == Which::Last || self.tags_met < 2;
            if is_last || matches!(value, Err(Failure::Malformed)) {
                return value;
            }
            if self.is_repeated_alike(variants.tag, start)? {
                return value;
            }
            self.errors.forget(at);
            which = Which::Last;
        }
    }

    /// Finds the variant of the object that began at `start` and is read next; `None` if no variant matches.
    fn find_variant(
        &mut self,
        variants: &Variants,
        start: Mark,
        which: Which,
    ) -> Result<Option<(usize, &'static str)>, Malformed> {
        // Skipped members are read afterwards, so they are not checked here. If the end or the tag is not found, the
        // same is done again with checks, to report what is wrong.
        if let Ok(found) = self.find_variant_passing(Json::skip_unchecked, variants, start, which) {
            return Ok(found);
        }
        self.json.return_to(start);
        self.find_variant_passing(Json::skip, variants, start, which)
    }

    fn find_variant_passing(
        &mut self,
        pass: impl Fn(&mut Json<'a>) -> Result<(), Malformed>,
        variants: &Variants,
        start: Mark,
        which: Which,
    ) -> Result<Option<(usize, &'static str)>, Malformed> {
        self.json.begin_object()?;
        let (mut found, mut end_of_first) = (None, None);
        let mut is_first = true;
        while let Some(is_first_member) = self.next_tag(variants.tag, is_first, &pass)? {
            found = match self.json.text_if_any()? {
                Some(text) => variants.find_tag(&text),
                None => self.json.skip().map(|()| None)?,
            };
            if which == Which::First {
                end_of_first = is_first_member.then(|| self.json.mark());
                break;
            }
            is_first = false;
        }
        self.tag = found.map(|_| TagMember {
            name: variants.tag,
            end_of_first,
        });
        self.return_to(start)?;
        Ok(found)
    }

    /// Reports why the object that begins here is not a variant, and skips it.
    #[cold]
    fn no_variant(&mut self, at: &Location<'_>, variants: &Variants, which: Which) -> Failure {
        match self.pass_no_variant(variants, which) {
            Ok(error) => self.error(at, error),
            Err(Malformed) => Failure::Malformed,
        }
    }

    fn pass_no_variant(
        &mut self,
        variants: &Variants,
        which: Which,
    ) -> Result<ValidationError, Malformed> {
        let tag = variants.tag;
        let start = self.json.mark();
        let error = match self.spelled_tag(tag, which)? {
            Some(Tag::FromText(text)) => tag_invalid(variants, &text),
            Some(Tag::Other(spelling)) => tag_invalid(variants, spelling),
            None => ValidationError::new(
                "union_tag_not_found",
                format!("Unable to extract tag using discriminator '{tag}'"),
            )
            .with("discriminator", format!("'{tag}'")),
        };
        self.json.return_to(start);
        // Tags are counted while members are skipped, so that a later tag of the same object is found too.
        self.json.begin_object()?;
        let mut object = Object {
            first: true,
            tag: Some(tag),
            tags_met: 0,
        };
        while self.next_key(&mut object)?.is_some() {
            self.json.skip()?;
        }
        Ok(error)
    }

    /// Whether the first and the last tag of an object are equal. The object began at `start` and ends here.
    #[cold]
    fn is_repeated_alike(&mut self, tag: &str, start: Mark) -> Result<bool, Malformed> {
        let end = self.json.mark();
        self.return_to(start)?;
        let first = self.spelled_tag(tag, Which::First)?;
        self.json.return_to(start);
        let is_alike = first == self.spelled_tag(tag, Which::Last)?;
        if is_alike {
            self.count_again(self.json.passed(start))?;
        }
        self.json.return_to(if is_alike { end } else { start });
        Ok(is_alike)
    }

    /// The tag of the object that starts here.
    fn spelled_tag(&mut self, tag: &str, which: Which) -> Result<Option<Tag<'a>>, Malformed> {
        self.json.begin_object()?;
        let mut found = None;
        while self.next_tag(tag, found.is_none(), Json::skip)?.is_some() {
            found = Some(match self.json.text_if_any()? {
                Some(text) => Tag::FromText(text),
                None => Tag::Other(self.raw()?),
            });
            if which == Which::First {
                break;
            }
        }
        Ok(found)
    }

    /// Moves to the value of the next tag member and returns whether it is the object's first member; `None` at the end
    /// of the object. `is_first` says that no member was read yet. `pass` handles the values of other members.
    fn next_tag(
        &mut self,
        tag: &str,
        mut is_first: bool,
        pass: impl Fn(&mut Json<'a>) -> Result<(), Malformed>,
    ) -> Result<Option<bool>, Malformed> {
        while let Some(is_tag) = self.json.next_key_is(is_first, tag)? {
            if is_tag {
                return Ok(Some(is_first));
            }
            pass(&mut self.json)?;
            is_first = false;
        }
        Ok(None)
    }
}

/// Which of an object's tags counts.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    First,
    Last,
}

/// The value of an object's tag member.
#[derive(Debug, PartialEq)]
enum Tag<'a> {
    FromText(Cow<'a, str>),
    /// A value that is not a text, as it is spelled.
    Other(&'a str),
}

fn tag_invalid(variants: &Variants, found: &str) -> ValidationError {
    let tag = variants.tag;
    // Long enough for any real tag; longer ones are not echoed completely.
    let found: String = found.chars().take(80).collect();
    let expected = variants
        .all_names()
        .map(|name| format!("'{name}'"))
        .collect::<Vec<_>>()
        .join(", ");
    let message = format!(
        "Input tag '{found}' found using '{tag}' does not match any of the expected tags: {expected}"
    );
    ValidationError::new("union_tag_invalid", message)
        .with("discriminator", format!("'{tag}'"))
        .with("tag", found)
        .with("expected_tags", expected)
}
