//! The reader that input types use: the JSON text and the validation errors so far.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::{Json, Kind, Mark};
use super::untagged::again_at_most;
use super::{Failure, Location, Malformed, NumberText, ValidationError, ValidationErrors};

/// The default limit on the nesting depth of a body.
pub(crate) const DEFAULT_DEPTH: usize = 128;

/// Reads a JSON text and collects validation errors.
///
/// ```
/// use avocet::read::{Location, Reader};
///
/// let mut reader = Reader::new(r#"{"a": [1, 2]}"#);
/// let mut object = reader.begin_object(&Location::root("body")).unwrap();
/// assert_eq!(reader.next_key(&mut object).unwrap().unwrap(), "a");
/// reader.skip().unwrap();
/// assert!(reader.next_key(&mut object).unwrap().is_none());
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    pub(super) json: Json<'a>,
    pub(super) errors: ValidationErrors,
    /// The tag that the next object contains besides its own members, if that object is a variant.
    pub(super) tag: Option<TagMember>,
    /// How often the tag occurred in the last variant that was read.
    pub(super) tags_met: usize,
    /// How many alternatives are being tried, nested in each other.
    pub(super) alternatives: usize,
    /// How many more bytes may be reread, where rereading can happen at every depth.
    pub(super) again_left: usize,
    /// Whether a text stands for any value that it converts to: the object was made from a query, a form or similar.
    pub(super) converts: bool,
    /// The members of the outermost object that match no field and that a surrounding object may take.
    left: Option<HashSet<String>>,
}

/// The tag member of a variant.
#[derive(Clone, Copy, Debug)]
pub(super) struct TagMember {
    pub(super) name: &'static str,
    /// Where its value ends, if it is the first member of its object: it is already read then.
    pub(super) end_of_first: Option<Mark>,
}

/// An object whose members are being read.
///
/// ```
/// use avocet::read::{Location, Reader};
///
/// let mut reader = Reader::new("{}");
/// let mut object = reader.begin_object(&Location::root("body")).unwrap();
/// assert!(reader.next_key(&mut object).unwrap().is_none());
/// ```
#[derive(Debug)]
pub struct Object {
    pub(super) first: bool,
    pub(super) tag: Option<&'static str>,
    pub(super) tags_met: usize,
}

/// Reads a complete text with `read`, which may build anything from one value.
pub(crate) fn whole<T>(
    text: &[u8],
    at: &Location<'_>,
    depth: usize,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure>,
) -> Result<T, ValidationErrors> {
    let text = std::str::from_utf8(text).map_err(|error| {
        ValidationError::json_invalid(error.valid_up_to(), "Expecting UTF-8").at(at)
    })?;
    // RFC 8259 lets a parser ignore a byte order mark, and clients on Windows send one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::with_depth(text, depth);
    let value = read(&mut reader);
    if matches!(value, Err(Failure::Malformed)) || reader.json.end().is_err() {
        let (bytes, reason) = reader.json.fault();
        // Python counts characters.
        let position = text
            .get(..bytes)
            .map_or(bytes, |before| before.chars().count());
        #[cfg(feature = "server")]
        if reason == super::json::TOO_DEEP {
            crate::report::limit_hit("json_depth");
        }
        return Err(ValidationErrors::only(
            ValidationError::json_invalid(position, reason).at(at),
        ));
    }
    value.map_err(|_| reader.errors)
}

impl<'a> Reader<'a> {
    /// Creates a reader at the beginning of `text`.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("true").boolean().unwrap());
    /// ```
    pub fn new(text: &'a str) -> Self {
        Self::with_depth(text, DEFAULT_DEPTH)
    }

    fn with_depth(text: &'a str, depth: usize) -> Self {
        Self {
            json: Json::new(text, depth),
            errors: ValidationErrors::default(),
            tag: None,
            tags_met: 0,
            alternatives: 0,
            again_left: again_at_most(text),
            converts: false,
            left: None,
        }
    }

    /// Returns the kind of the next value without consuming it.
    ///
    /// # Errors
    /// [`Malformed`] if no JSON value follows.
    ///
    /// ```
    /// # use avocet::read::{Kind, Reader};
    /// assert_eq!(Reader::new("null").peek().unwrap(), Kind::Null);
    /// ```
    #[inline]
    pub fn peek(&mut self) -> Result<Kind, Malformed> {
        self.json.peek()
    }

    /// Consumes `null`.
    ///
    /// # Errors
    /// [`Malformed`] if the next value is not `null`.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("null").null().is_ok());
    /// ```
    pub fn null(&mut self) -> Result<(), Malformed> {
        self.json.null()
    }

    /// Consumes `true` or `false`.
    ///
    /// # Errors
    /// [`Malformed`] if the next value is not a boolean.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(!Reader::new("false").boolean().unwrap());
    /// ```
    pub fn boolean(&mut self) -> Result<bool, Malformed> {
        self.json.boolean()
    }

    /// Consumes a number.
    ///
    /// # Errors
    /// [`Malformed`] if the next value is not a number.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new("-0.5").number().unwrap().to_f64(), -0.5);
    /// ```
    #[inline]
    pub fn number(&mut self) -> Result<NumberText<'a>, Malformed> {
        self.json.number()
    }

    /// The next text, if texts are converted.
    pub(crate) fn text_to_convert(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        if self.converts && self.peek()? == Kind::String {
            self.text().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Makes texts stand for the values that they convert to.
    pub(crate) fn convert_texts(&mut self) {
        self.converts = true;
    }

    /// Reads a number in the usual spelling of floats, if `is_good` accepts it; otherwise consumes nothing.
    #[inline]
    pub(crate) fn plain_float(&mut self, is_good: impl FnOnce(f64) -> bool) -> Option<f64> {
        self.json.plain_float(is_good)
    }

    /// Reads at most `most` items of a list while they are numbers in that spelling and `take` accepts them.
    #[inline]
    pub(crate) fn plain_floats(&mut self, most: usize, take: impl FnMut(f64) -> bool) {
        self.json.plain_floats(most, take);
    }

    /// The same for integers, each followed by a comma.
    #[inline]
    pub(crate) fn plain_integers(&mut self, most: usize, take: impl FnMut(i64) -> bool) {
        self.json.plain_integers(most, take);
    }

    /// Consumes a string, borrowed if it contains no escapes.
    ///
    /// # Errors
    /// [`Malformed`] if the next value is not a string.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new(r#""caf\u00e9""#).text().unwrap(), "café");
    /// ```
    pub fn text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.json.text()
    }

    /// Returns the next value if it is a text; otherwise consumes nothing.
    #[expect(clippy::inline_always, reason = "see `plain_until`")]
    #[inline(always)]
    pub(crate) fn text_if_any(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        self.json.text_if_any()
    }

    /// Skips one value of any kind.
    ///
    /// # Errors
    /// [`Malformed`] if it is not JSON.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// let mut reader = Reader::new("[[1], {}] ");
    /// reader.skip().unwrap();
    /// ```
    pub fn skip(&mut self) -> Result<(), Malformed> {
        self.json.skip()
    }

    /// Skips one value and returns its text, for a type that another parser reads.
    ///
    /// # Errors
    /// [`Malformed`] if it is not JSON.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new(" [1, 2] ").raw().unwrap(), "[1, 2]");
    /// ```
    pub fn raw(&mut self) -> Result<&'a str, Malformed> {
        self.json.peek()?;
        let start = self.json.mark();
        self.json.skip()?;
        Ok(self.json.since(start))
    }

    /// Opens a list.
    ///
    /// # Errors
    /// [`Malformed`] if the next value is not a list, or is nested too deeply.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// let mut reader = Reader::new("[7]");
    /// reader.begin_array().unwrap();
    /// assert!(reader.next_item(true).unwrap());
    /// assert_eq!(reader.number().unwrap().as_str(), "7");
    /// assert!(!reader.next_item(false).unwrap());
    /// ```
    pub fn begin_array(&mut self) -> Result<(), Malformed> {
        self.json.begin_array()
    }

    /// Moves to the next item of the open list; `false` at its end. `first` says that no item was read yet.
    ///
    /// # Errors
    /// [`Malformed`] if neither an item nor the end follows.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// let mut reader = Reader::new("[]");
    /// reader.begin_array().unwrap();
    /// assert!(!reader.next_item(true).unwrap());
    /// ```
    #[inline]
    pub fn next_item(&mut self, first: bool) -> Result<bool, Malformed> {
        self.json.next_item(first)
    }

    /// Opens an object. Adds a validation error if the next value is not an object.
    ///
    /// # Errors
    /// [`Failure::Invalid`] if the next value is not an object (it is consumed), [`Failure::Malformed`] if it is not
    /// JSON.
    ///
    /// ```
    /// use avocet::read::{Failure, Location, Reader};
    ///
    /// let failure = Reader::new("[]").begin_object(&Location::root("body")).unwrap_err();
    /// assert_eq!(failure, Failure::Invalid);
    /// ```
    pub fn begin_object(&mut self, at: &Location<'_>) -> Result<Object, Failure> {
        let tag = self.tag.take();
        if !self.json.begin_object_if_any()? {
            return Err(self.not_an_object(at));
        }
        let behind_tag = tag.and_then(|tag| tag.end_of_first);
        if let Some(end) = behind_tag {
            self.json.return_to(end);
        }
        Ok(Object {
            first: behind_tag.is_none(),
            tag: tag.map(|tag| tag.name),
            tags_met: usize::from(behind_tag.is_some()),
        })
    }

    /// Opens an object whose keys are data, such as a map's.
    pub(crate) fn begin_map(&mut self) -> Result<Object, Malformed> {
        self.json.begin_object()?;
        Ok(Object {
            first: true,
            tag: None,
            tags_met: 0,
        })
    }

    /// Moves to the next member's value and returns its key; `None` at the end of the object.
    ///
    /// # Errors
    /// [`Malformed`] if neither a member nor the end follows.
    ///
    /// ```
    /// use avocet::read::{Location, Reader};
    ///
    /// let mut reader = Reader::new(r#"{"a":1}"#);
    /// let mut object = reader.begin_object(&Location::root("body")).unwrap();
    /// assert_eq!(reader.next_key(&mut object).unwrap().as_deref(), Some("a"));
    /// ```
    pub fn next_key(&mut self, object: &mut Object) -> Result<Option<Cow<'a, str>>, Malformed> {
        loop {
            let key = self.json.next_key(object.first)?;
            object.first = false;
            let Some(tag) = object.tag else {
                return Ok(key);
            };
            match &key {
                Some(name) if name == tag => self.json.skip()?,
                Some(_) => return Ok(key),
                None => {
                    self.tags_met = object.tags_met;
                    return Ok(key);
                }
            }
            object.tags_met += 1;
        }
    }

    /// Reports that a member is not allowed, and skips it.
    ///
    /// # Errors
    /// [`Malformed`] if its value is not JSON.
    ///
    /// ```
    /// use avocet::read::{Location, Reader};
    ///
    /// let mut reader = Reader::new("1");
    /// reader.forbidden(&Location::root("body").member("extra")).unwrap();
    /// assert_eq!(reader.errors().iter().next().unwrap().kind(), "extra_forbidden");
    /// ```
    pub fn forbidden(&mut self, at: &Location<'_>) -> Result<(), Malformed> {
        self.errors.add(at, ValidationError::forbidden());
        self.json.skip()
    }

    /// Reads `text`, which was collected from skipped members, with this reader's settings, and takes over the result's
    /// errors.
    pub(crate) fn within<T>(
        &mut self,
        text: &str,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.count_again(text.len())?;
        let mut reader = Reader {
            json: Json::new(text, self.json.depth_limit()),
            errors: std::mem::take(&mut self.errors),
            tag: None,
            tags_met: 0,
            alternatives: self.alternatives,
            again_left: self.again_left,
            converts: self.converts,
            left: None,
        };
        let value = read(&mut reader);
        self.errors = std::mem::take(&mut reader.errors);
        self.again_left = reader.again_left;
        if matches!(value, Err(Failure::Malformed)) {
            self.json.give_up(reader.json.fault().1);
        }
        value
    }

    /// The same for an object; also returns the names of the members that match none of its fields.
    pub(crate) fn within_object<T>(
        &mut self,
        text: &str,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure>,
    ) -> (Result<T, Failure>, HashSet<String>) {
        let mut left = HashSet::new();
        let value = self.within(text, |reader| {
            reader.left = Some(HashSet::new());
            let value = read(reader);
            left = reader.left.take().unwrap_or_default();
            value
        });
        (value, left)
    }

    /// Skips a member that matches no field.
    pub(crate) fn pass_over(&mut self, key: &str) -> Result<(), Malformed> {
        if self.json.depth() == 1 {
            self.leave(key);
        }
        self.json.skip()
    }

    /// Records, after the end of the outermost object, that nothing inside it has taken this member.
    pub(crate) fn leave_after(&mut self, key: &str) {
        if self.json.depth() == 0 {
            self.leave(key);
        }
    }

    fn leave(&mut self, key: &str) {
        if let Some(left) = &mut self.left {
            left.insert(key.to_owned());
        }
    }

    /// Adds a validation error for a value that was consumed.
    ///
    /// ```
    /// use avocet::read::{Failure, Location, ValidationError, Reader};
    ///
    /// let mut reader = Reader::new("");
    /// assert_eq!(reader.error(&Location::root("body"), ValidationError::value_error("no")), Failure::Invalid);
    /// ```
    #[cold]
    pub fn error(&mut self, at: &Location<'_>, error: ValidationError) -> Failure {
        self.errors.add(at, error);
        Failure::Invalid
    }

    /// Reports that the next value is not an object, and skips it.
    #[cold]
    pub(super) fn not_an_object(&mut self, at: &Location<'_>) -> Failure {
        match self.json.skip() {
            Ok(()) => self.error(at, ValidationError::not_an_object()),
            Err(Malformed) => Failure::Malformed,
        }
    }

    /// Reports that the next value is of another kind, and skips it.
    #[cold]
    pub(crate) fn wrong_kind(
        &mut self,
        at: &Location<'_>,
        kind: &'static str,
        message: &'static str,
    ) -> Failure {
        match self.json.skip() {
            Ok(()) => self.error(at, ValidationError::new(kind, message)),
            Err(Malformed) => Failure::Malformed,
        }
    }

    /// The validation errors so far.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert!(Reader::new("1").errors().is_empty());
    /// ```
    pub fn errors(&self) -> &ValidationErrors {
        &self.errors
    }

    pub(crate) fn errors_mut(&mut self) -> &mut ValidationErrors {
        &mut self.errors
    }
}
