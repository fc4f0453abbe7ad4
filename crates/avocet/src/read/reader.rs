//! The reader that an input type is given: the JSON text, and the problems found so far.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::{Json, Kind, Mark, TOO_DEEP};
use super::untagged::again_at_most;
use super::{Failure, Input, Location, Malformed, NumberText, ValidationError, ValidationErrors};
use crate::observe;
use crate::rules::Rules;

/// How deeply a body may be nested unless the application says otherwise.
pub(crate) const DEFAULT_DEPTH: usize = 128;

/// Reads a JSON text and collects problems.
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
    /// The tag that the next object's members contain beside their own, when that object is a variant.
    pub(super) tag: Option<TagMember>,
    /// How often the tag was met in the variant that was read last.
    pub(super) tags_met: usize,
    /// How many alternatives are being tried, one inside the other.
    pub(super) alternatives: usize,
    /// How many more bytes may be read once more, where that can happen at every depth.
    pub(super) again_left: usize,
    /// Whether a text stands for whatever it can be converted to: the object was made from a query, a form or the like.
    pub(super) converts: bool,
    /// The members of the outermost object that no field stands for, where somebody else may take them.
    left: Option<HashSet<String>>,
}

/// The member of a variant that is its tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct TagMember {
    pub(super) name: &'static str,
    /// Where it ends, when it is the first of its object: it was read already then.
    pub(super) end_of_first: Option<Mark>,
}

/// An object while its members are read.
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

/// Reads a whole JSON text as a `T`, as a body is read.
///
/// # Errors
/// Every problem with its place below `body`, or the single one that the text is no JSON.
///
/// ```
/// let vector: Vec<f32> = avocet::read::from_json(b"[1, 2.5]").unwrap();
/// assert_eq!(vector, [1.0, 2.5]);
///
/// let errors = avocet::read::from_json::<Vec<f32>>(br#"[1, "x", null]"#).unwrap_err();
/// let locations: Vec<_> = errors.iter().map(ToString::to_string).collect();
/// assert_eq!(locations, ["body[1]: Input should be a valid number", "body[2]: Input should be a valid number"]);
/// ```
pub fn from_json<T: Input>(text: &[u8]) -> Result<T, ValidationErrors> {
    let at = Location::root("body");
    whole(text, &at, DEFAULT_DEPTH, |reader| {
        T::read(reader, &at, &Rules::NONE)
    })
}

/// Reads a whole text with `read`, which may build anything from one value.
pub(crate) fn whole<T>(
    text: &[u8],
    at: &Location<'_>,
    depth: usize,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure>,
) -> Result<T, ValidationErrors> {
    let text = std::str::from_utf8(text).map_err(|error| {
        ValidationError::json_invalid(error.valid_up_to(), "Expecting UTF-8").at(at)
    })?;
    // RFC 8259 lets a parser ignore a byte order mark, and clients on Windows write one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::with_depth(text, depth);
    let value = read(&mut reader);
    if matches!(value, Err(Failure::Malformed)) || reader.json.end().is_err() {
        let (position, reason) = reader.json.fault();
        if reason == TOO_DEEP {
            observe::limit_hit("json_depth");
        }
        return Err(ValidationErrors::only(
            ValidationError::json_invalid(position, reason).at(at),
        ));
    }
    value.map_err(|_| reader.errors)
}

impl<'a> Reader<'a> {
    /// Starts at the beginning of `text`.
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

    /// What comes next.
    ///
    /// # Errors
    /// [`Malformed`] when nothing comes, or no JSON.
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
    /// [`Malformed`] when something else stands here.
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
    /// [`Malformed`] when something else stands here.
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
    /// [`Malformed`] when something else stands here.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new("-0.5").number().unwrap().to_f64(), -0.5);
    /// ```
    #[inline]
    pub fn number(&mut self) -> Result<NumberText<'a>, Malformed> {
        self.json.number()
    }

    /// A number as most floats are written, if it is a good one; else nothing is consumed.
    #[inline]
    pub(crate) fn plain_float(&mut self, is_good: impl FnOnce(f64) -> bool) -> Option<f64> {
        self.json.plain_float(is_good)
    }

    /// Items of a list, from the one that comes next on, as long as they are such numbers, `take` takes them, and they are no more
    /// than so many. None where there are rules, which want each looked at.
    #[inline]
    pub(crate) fn plain_floats(
        &mut self,
        rules: &Rules,
        most: usize,
        take: impl FnMut(f64) -> bool,
    ) {
        if rules.is_empty() {
            self.json.plain_floats(most, take);
        }
    }

    /// The same of integers with a comma behind each.
    #[inline]
    pub(crate) fn plain_integers(
        &mut self,
        rules: &Rules,
        most: usize,
        take: impl FnMut(i64) -> bool,
    ) {
        if rules.is_empty() {
            self.json.plain_integers(most, take);
        }
    }

    /// Consumes a string, borrowed where nothing in it is escaped.
    ///
    /// # Errors
    /// [`Malformed`] when something else stands here.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// assert_eq!(Reader::new(r#""caf\u00e9""#).text().unwrap(), "café");
    /// ```
    pub fn text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.json.text()
    }

    /// The text that stands here, if one does; else nothing is consumed.
    #[expect(clippy::inline_always, reason = "see `plain_until`")]
    #[inline(always)]
    pub(crate) fn text_if_any(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        self.json.text_if_any()
    }

    /// Passes over one value of any kind.
    ///
    /// # Errors
    /// [`Malformed`] when it is no JSON.
    ///
    /// ```
    /// # use avocet::read::Reader;
    /// let mut reader = Reader::new("[[1], {}] ");
    /// reader.skip().unwrap();
    /// ```
    pub fn skip(&mut self) -> Result<(), Malformed> {
        self.json.skip()
    }

    /// Passes over one value and gives its text, for a type that another parser reads.
    ///
    /// # Errors
    /// [`Malformed`] when it is no JSON.
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
    /// [`Malformed`] when no list stands here, or it is nested too deeply.
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

    /// Moves to the next item of the list that is open; `false` at its end. `first` says that no item was read yet.
    ///
    /// # Errors
    /// [`Malformed`] when neither an item nor the end follows.
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

    /// Opens an object, or notes that none stands here.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when another value stood here (it was consumed), [`Failure::Malformed`] when it is no JSON.
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

    /// Moves to the next member's value and gives its key; `None` at the end of the object.
    ///
    /// # Errors
    /// [`Malformed`] when neither a member nor the end follows.
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

    /// Notes that a member is not allowed, and passes over it.
    ///
    /// # Errors
    /// [`Malformed`] when its value is no JSON.
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

    /// Reads `text`, which was gathered from what was passed over, with what is known and left here.
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

    /// The same of an object, with the names of the members that no field of it stood for.
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

    /// Passes over a member that no field stands for.
    pub(crate) fn pass_over(&mut self, key: &str) -> Result<(), Malformed> {
        if self.json.depth() == 1 {
            self.leave(key);
        }
        self.json.skip()
    }

    /// Notes that nobody inside the outermost object has taken one of its members, after its end.
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

    /// Notes a problem of a value that was consumed.
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

    /// Notes that no object stands here, and passes over what does.
    #[cold]
    pub(super) fn not_an_object(&mut self, at: &Location<'_>) -> Failure {
        match self.json.skip() {
            Ok(()) => self.error(at, ValidationError::not_an_object()),
            Err(Malformed) => Failure::Malformed,
        }
    }

    /// Notes that a value of another kind stands here, and passes over it.
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

    /// The problems found so far.
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
