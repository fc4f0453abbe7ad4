//! Validation errors as data.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::location::{Location, LocationSegment, write_segments};
use crate::model::{Members, OrderedJson};

/// One invalid value of a request: a stable code, a message, the location and the rule's parameters.
///
/// On the wire it has the form that `FastAPI`'s clients expect: `{"type", "loc", "msg", "ctx"?}`. The invalid value is
/// not included, because it may be a secret, unless the application enables
/// [`App::include_input_in_errors`](crate::App::include_input_in_errors). Names that the client chose (a map's key, an
/// unknown member, an unknown tag) are included, cut to a hundred characters.
///
/// ```
/// use avocet::read::ValidationError;
///
/// let error = ValidationError::new("greater_than", "Input should be greater than 0").with("gt", 0).under("limit");
/// assert_eq!(error.to_string(), "limit: Input should be greater than 0");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ValidationError {
    kind: Cow<'static, str>,
    message: Cow<'static, str>,
    location: Vec<LocationSegment>,
    context: Vec<(&'static str, Value)>,
    /// Boxed, because it is rarely set and errors are returned by value.
    input: Option<Box<OrderedJson>>,
}

impl ValidationError {
    /// Creates a validation error with a custom code and no location yet.
    ///
    /// ```
    /// let error = avocet::read::ValidationError::new("too_many_tokens", "The prompt has too many tokens");
    /// assert_eq!(error.kind(), "too_many_tokens");
    /// ```
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
            location: Vec::new(),
            context: Vec::new(),
            input: None,
        }
    }

    /// Creates the error of a user's check, with code `value_error`, as Pydantic reports a validator's `ValueError`.
    ///
    /// ```
    /// let error = avocet::read::ValidationError::value_error("must be lower case");
    /// assert_eq!(error.message(), "Value error, must be lower case");
    /// ```
    pub fn value_error(sentence: impl fmt::Display) -> Self {
        let sentence = sentence.to_string();
        Self::new("value_error", format!("Value error, {sentence}")).with("error", sentence)
    }

    /// Adds a parameter of the rule (`ctx` on the wire). The last value of a name counts.
    ///
    /// ```
    /// let error = avocet::read::ValidationError::new("too_big", "Too big").with("limit", 2).with("limit", 3);
    /// assert!(serde_json::to_string(&error).unwrap().ends_with(r#""ctx":{"limit":3}}"#));
    /// ```
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.context.iter_mut().find(|(known, _)| *known == name) {
            Some((_, earlier)) => *earlier = value,
            None => self.context.push((name, value)),
        }
        self
    }

    /// Moves the error one segment deeper: to the member or item `segment` of its location.
    ///
    /// A check on a whole model uses this to report an error at one of its fields. Each further call goes one segment
    /// deeper.
    ///
    /// ```
    /// let error = avocet::read::ValidationError::value_error("too long").under("texts").under(3);
    /// assert_eq!(error.to_string(), "texts[3]: Value error, too long");
    /// ```
    pub fn under(mut self, segment: impl Into<LocationSegment>) -> Self {
        self.location.push(segment.into());
        self
    }

    /// Puts the error's own location inside `location`.
    ///
    /// ```
    /// use avocet::read::{Location, ValidationError};
    ///
    /// let error = ValidationError::value_error("too long").under("b").at(&Location::root("body"));
    /// assert_eq!(error.to_string(), "body.b: Value error, too long");
    /// ```
    pub fn at(mut self, location: &Location<'_>) -> Self {
        let mut segments = location.segments();
        segments.append(&mut self.location);
        self.location = segments;
        self
    }

    /// The stable code, `type` on the wire.
    ///
    /// ```
    /// assert_eq!(avocet::read::ValidationError::value_error("no").kind(), "value_error");
    /// ```
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The message for people, `msg` on the wire.
    ///
    /// ```
    /// assert_eq!(avocet::read::ValidationError::new("odd", "Input should be even").message(), "Input should be even");
    /// ```
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The location, from the outside in, `loc` on the wire.
    ///
    /// ```
    /// use avocet::read::{Location, ValidationError, LocationSegment};
    ///
    /// let error = ValidationError::new("odd", "Input should be even").at(&Location::root("query").member("n"));
    /// assert_eq!(error.location(), [LocationSegment::from("query"), LocationSegment::from("n")]);
    /// ```
    pub fn location(&self) -> &[LocationSegment] {
        &self.location
    }
}

impl ValidationError {
    /// The value that was sent, if it is included.
    pub(crate) fn input(&self) -> Option<&OrderedJson> {
        self.input.as_deref()
    }

    pub(crate) fn set_input(&mut self, input: OrderedJson) {
        self.input = Some(Box::new(input));
    }

    pub(crate) fn context_json(&self) -> Option<OrderedJson> {
        let context: Members = self
            .context
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
            .collect();
        (!context.is_empty()).then(|| context.into())
    }
}

/// The codes that several kinds of value use.
impl ValidationError {
    pub(crate) fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    pub(crate) fn forbidden() -> Self {
        Self::new("extra_forbidden", "Extra inputs are not permitted")
    }

    pub(crate) fn not_an_object() -> Self {
        let message = "Input should be a valid dictionary or object to extract fields from";
        Self::new("model_attributes_type", message)
    }

    pub(crate) fn json_invalid(position: usize, error: &'static str) -> Self {
        Self::new("json_invalid", "JSON decode error")
            .with("error", error)
            .under(position)
    }
}

impl From<&'static str> for ValidationError {
    fn from(sentence: &'static str) -> Self {
        Self::value_error(sentence)
    }
}

impl From<String> for ValidationError {
    fn from(sentence: String) -> Self {
        Self::value_error(sentence)
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.location.is_empty() {
            write_segments(f, &self.location)?;
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl Serialize for ValidationError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Problem", 5)?;
        object.serialize_field("type", &self.kind)?;
        object.serialize_field("loc", &self.location)?;
        object.serialize_field("msg", &self.message)?;
        if !self.context.is_empty() {
            object.serialize_field("ctx", &Context(&self.context))?;
        }
        if let Some(input) = &self.input {
            object.serialize_field("input", input)?;
        }
        object.end()
    }
}

/// A rule's parameters, serialized as an object.
struct Context<'a>(&'a [(&'static str, Value)]);

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The validation errors of one request, in the order in which they were found.
///
/// Only the first [`ValidationErrors::LIMIT`] are kept, so that a malicious body cannot cause a large response; the rest
/// is only counted.
///
/// ```
/// use avocet::read::{Location, ValidationError, ValidationErrors};
///
/// let mut errors = ValidationErrors::default();
/// errors.add(&Location::root("body"), ValidationError::value_error("no"));
/// assert_eq!(errors.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValidationErrors {
    kept: Vec<ValidationError>,
    omitted: usize,
    /// Whether some of the errors that were only counted may belong to a value that was replaced.
    uncertain: bool,
}

impl ValidationErrors {
    /// The most validation errors that one response lists.
    pub const LIMIT: usize = 100;

    /// Adds a validation error at `location`, followed by the error's own location.
    ///
    /// ```
    /// # use avocet::read::{Location, ValidationError, ValidationErrors};
    /// let mut errors = ValidationErrors::default();
    /// errors.add(&Location::root("query").member("n"), ValidationError::new("odd", "Input should be even"));
    /// assert_eq!(errors.iter().next().unwrap().to_string(), "query.n: Input should be even");
    /// ```
    pub fn add(&mut self, location: &Location<'_>, error: ValidationError) {
        if self.kept.len() < Self::LIMIT {
            self.kept.push(error.at(location));
        } else {
            self.omitted += 1;
        }
    }

    /// Inserts `segment` after the first `depth` segments of every location.
    pub(crate) fn step_in(&mut self, depth: usize, segment: &LocationSegment) {
        for error in &mut self.kept {
            error
                .location
                .insert(depth.min(error.location.len()), segment.clone());
        }
    }

    /// Renames `from` to `to` at `depth` of every location.
    pub(crate) fn rename(&mut self, depth: usize, from: &str, to: &str) {
        for error in &mut self.kept {
            if let Some(LocationSegment::Name(name)) = error.location.get_mut(depth)
                && name == from
            {
                to.clone_into(name);
            }
        }
    }

    /// Adds a validation error whose location is already complete.
    pub(crate) fn insert(&mut self, error: ValidationError) {
        self.append(Self::only(error));
    }

    /// Removes the errors at `location` or below: a later member of the same name replaces the value there.
    pub(crate) fn forget(&mut self, location: &Location<'_>) {
        let segments = location.segments();
        self.kept
            .retain(|error| !error.location.starts_with(&segments));
        self.uncertain |= self.omitted > 0;
    }

    /// Replaces everything by a single error that makes the others meaningless.
    pub(crate) fn only(error: ValidationError) -> Self {
        Self {
            kept: vec![error],
            omitted: 0,
            uncertain: false,
        }
    }

    pub(crate) fn append(&mut self, other: Self) {
        let room = Self::LIMIT.saturating_sub(self.kept.len());
        self.omitted += other.omitted + other.kept.len().saturating_sub(room);
        self.uncertain |= other.uncertain;
        self.kept.extend(other.kept.into_iter().take(room));
    }

    /// Whether the only error is that the text is not JSON.
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(self.kept.as_slice(), [error] if error.kind == "json_invalid")
    }

    /// The errors as a response lists them: those kept, and one that states how many more there are.
    pub(crate) fn listed(&self) -> impl Iterator<Item = Cow<'_, ValidationError>> {
        let kept = self.kept.iter().map(Cow::Borrowed);
        kept.chain(self.on_the_rest().map(Cow::Owned))
    }

    /// The error that states how many errors were omitted.
    fn on_the_rest(&self) -> Option<ValidationError> {
        if self.uncertain {
            let message = "Further validation errors may not be listed";
            return Some(ValidationError::new("too_many_problems", message));
        }
        (self.omitted > 0).then(|| {
            let message = format!("{} further validation errors are not listed", self.omitted);
            ValidationError::new("too_many_problems", message).with("omitted", self.omitted)
        })
    }

    /// Sorts the errors by source: path, query, header, cookie, body. The sort is stable.
    pub(crate) fn sort_by_source(&mut self) {
        const ORDER: [&str; 5] = ["path", "query", "header", "cookie", "body"];
        self.kept.sort_by_key(|error| match error.location.first() {
            Some(LocationSegment::Name(source)) => ORDER
                .iter()
                .position(|name| name == source)
                .unwrap_or(ORDER.len()),
            _ => ORDER.len(),
        });
    }

    pub(crate) fn kept_mut(&mut self) -> &mut [ValidationError] {
        &mut self.kept
    }

    /// The errors that were kept.
    ///
    /// ```
    /// assert_eq!(avocet::read::ValidationErrors::default().iter().count(), 0);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &ValidationError> {
        self.kept.iter()
    }

    /// How many errors were found, including omitted ones.
    ///
    /// ```
    /// assert_eq!(avocet::read::ValidationErrors::default().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.kept.len() + self.omitted
    }

    /// How many errors were found beyond [`ValidationErrors::LIMIT`], including those of values that a repeated member
    /// has replaced.
    ///
    /// ```
    /// assert_eq!(avocet::read::ValidationErrors::default().omitted(), 0);
    /// ```
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether there are no errors.
    ///
    /// ```
    /// assert!(avocet::read::ValidationErrors::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Serializes the errors as a response lists them.
impl Serialize for ValidationErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.listed())
    }
}

/// Shows all errors in one line.
impl fmt::Display for ValidationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.listed().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl From<ValidationError> for ValidationErrors {
    fn from(error: ValidationError) -> Self {
        Self::only(error)
    }
}
