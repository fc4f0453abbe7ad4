//! Values that are told by a tag: the member of the object that says which variant it is.

use std::borrow::Cow;

use super::json::{Kind, Mark};
use super::reader::{Object, TagMember};
use super::{Failure, Malformed, Place, Problem, Reader, Variants};

impl<'a> Reader<'a> {
    /// Reads an object as the variant that its tag says, whichever member comes first.
    ///
    /// `read` is called with the variant's index and the place inside the variant. The last of repeated tags counts, as
    /// with every repeated key.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when the tag is missing or unknown, or the variant is invalid; [`Failure::Malformed`]
    /// when the text is no JSON.
    ///
    /// ```
    /// use avocet::read::{Place, Reader, Variants};
    ///
    /// let mut reader = Reader::new(r#"{"text": "hi", "role": "user"}"#);
    /// let roles = Variants::new("role", &["system", "user"]);
    /// let index = reader
    ///     .tagged(&Place::root("body"), &roles, |reader, index, _| {
    ///         reader.skip()?;
    ///         Ok(index)
    ///     })
    ///     .unwrap();
    /// assert_eq!(index, 1);
    /// ```
    pub fn tagged<T>(
        &mut self,
        at: &Place<'_>,
        variants: &Variants,
        read: impl Fn(&mut Self, usize, &Place<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.tag = None;
        if self.peek()? != Kind::Object {
            return Err(self.not_an_object(at));
        }
        let start = self.json.mark();
        let (first, end) = self.find_tag(variants.tag, false)?;
        self.return_to(start)?;
        let value = self.variant(at, variants, &first, end, &read);
        if self.tags_met < 2 || matches!(value, Err(Failure::Malformed)) {
            return value;
        }
        let end = self.json.mark();
        self.return_to(start)?;
        let (last, _) = self.find_tag(variants.tag, true)?;
        if last == first {
            self.count_again(self.json.passed(start))?;
            self.json.return_to(end);
            return value;
        }
        self.problems.forget(at);
        self.return_to(start)?;
        self.variant(at, variants, &last, None, &read)
    }

    fn variant<T>(
        &mut self,
        at: &Place<'_>,
        variants: &Variants,
        found: &Tag<'a>,
        end_of_first: Option<Mark>,
        read: &impl Fn(&mut Self, usize, &Place<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.tags_met = 0;
        let Variants { tag, names, .. } = *variants;
        let problem = match found {
            Tag::Text(text) => match variants.find(text) {
                Some(index) => {
                    self.tag = Some(TagMember {
                        name: tag,
                        end_of_first,
                    });
                    let value = read(self, index, &at.member(names[index]));
                    self.tag = None;
                    return value;
                }
                None => tag_invalid(tag, text, names),
            },
            Tag::Other(spelling) => tag_invalid(tag, spelling, names),
            Tag::Missing => Problem::new(
                "union_tag_not_found",
                format!("Unable to extract tag using discriminator '{tag}'"),
            )
            .with("discriminator", format!("'{tag}'")),
        };
        // The members are passed over with the tag counted, so that a later tag of the same object is still seen.
        self.json.begin_object()?;
        let mut object = Object {
            first: true,
            tag: Some(tag),
            tags_met: 0,
        };
        while self.next_key(&mut object)?.is_some() {
            self.json.skip()?;
        }
        self.problems.add(at, problem);
        Err(Failure::Invalid)
    }

    /// Looks for the tag in the object that starts here: its first occurrence, or the last one. Says where it ends, when the
    /// first occurrence is the first member.
    fn find_tag(&mut self, tag: &str, last: bool) -> Result<(Tag<'a>, Option<Mark>), Malformed> {
        self.json.begin_object()?;
        let mut found = Tag::Missing;
        let mut members = 0_usize;
        while let Some(key) = self.json.next_key(members == 0)? {
            members += 1;
            if key != tag {
                self.json.skip()?;
                continue;
            }
            found = if self.json.peek()? == Kind::Text {
                Tag::Text(self.json.text()?)
            } else {
                Tag::Other(self.raw()?)
            };
            if !last {
                let end_of_first = (members == 1).then(|| self.json.mark());
                return Ok((found, end_of_first));
            }
        }
        Ok((found, None))
    }
}

/// What an object's tag member holds.
#[derive(Debug, PartialEq)]
enum Tag<'a> {
    Text(Cow<'a, str>),
    /// Something that is no text, as it is spelled.
    Other(&'a str),
    Missing,
}

fn tag_invalid(tag: &str, found: &str, names: &[&str]) -> Problem {
    // Long enough for any real tag; what a client sends instead need not come back whole.
    let found: String = found.chars().take(80).collect();
    let expected = names
        .iter()
        .map(|name| format!("'{name}'"))
        .collect::<Vec<_>>()
        .join(", ");
    let message = format!(
        "Input tag '{found}' found using '{tag}' does not match any of the expected tags: {expected}"
    );
    Problem::new("union_tag_invalid", message)
        .with("discriminator", format!("'{tag}'"))
        .with("tag", found)
        .with("expected_tags", expected)
}
