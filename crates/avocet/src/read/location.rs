//! The location of a value in the request.

use std::fmt;

use serde::{Serialize, Serializer};

/// A location in a request, linked to its parent location.
///
/// Locations live on the call stack while a value is read, so a valid request allocates nothing for them. Only a
/// [`ValidationError`](super::ValidationError) copies its location.
///
/// ```
/// use avocet::read::Location;
///
/// let body = Location::root("body");
/// let texts = body.member("texts");
/// assert_eq!(texts.item(3).to_string(), "body.texts[3]");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Location<'a> {
    parent: Option<&'a Location<'a>>,
    segment: SegmentRef<'a>,
}

#[derive(Clone, Copy, Debug)]
enum SegmentRef<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Location<'a> {
    /// The outermost location: `body`, `query`, `path`, `header` or `cookie`.
    ///
    /// ```
    /// assert_eq!(avocet::read::Location::root("query").to_string(), "query");
    /// ```
    pub const fn root(source: &'a str) -> Self {
        Self {
            parent: None,
            segment: SegmentRef::Name(source),
        }
    }

    /// The location of the member `name` of the object at this location.
    ///
    /// ```
    /// # use avocet::read::Location;
    /// assert_eq!(Location::root("body").member("id").to_string(), "body.id");
    /// ```
    pub const fn member(&'a self, name: &'a str) -> Location<'a> {
        Location {
            parent: Some(self),
            segment: SegmentRef::Name(name),
        }
    }

    /// The location of item `index` (from 0) of the list at this location.
    ///
    /// ```
    /// # use avocet::read::Location;
    /// assert_eq!(Location::root("body").item(0).to_string(), "body[0]");
    /// ```
    pub const fn item(&'a self, index: usize) -> Location<'a> {
        Location {
            parent: Some(self),
            segment: SegmentRef::Index(index),
        }
    }

    /// The segments from the outside in, as a validation error stores them.
    pub(crate) fn segments(&self) -> Vec<LocationSegment> {
        let mut segments = self.parent.map_or_else(Vec::new, Location::segments);
        segments.push(match self.segment {
            SegmentRef::Name(name) => LocationSegment::Name(shortened(name)),
            SegmentRef::Index(index) => LocationSegment::Index(index),
        });
        segments
    }
}

/// How many characters of a name a validation error stores: clients choose the keys of a map, at any length.
const LONGEST_NAME: usize = 100;

pub(crate) fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        // The length is included, so that long names with the same beginning stay distinguishable.
        Some((end, _)) => format!("{}… ({} bytes)", &name[..end], name.len()),
        None => name.to_owned(),
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(f, &self.segments())
    }
}

/// One segment of a location: a member's name on the wire, or an index.
///
/// ```
/// use avocet::read::LocationSegment;
///
/// assert_eq!(serde_json::to_string(&[LocationSegment::from("texts"), LocationSegment::from(3)]).unwrap(), r#"["texts",3]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocationSegment {
    /// A member of an object, or a source such as `query`.
    Name(String),
    /// An item of a list, from 0.
    Index(usize),
}

impl From<&str> for LocationSegment {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<usize> for LocationSegment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The name, or the index in decimal.
impl fmt::Display for LocationSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl Serialize for LocationSegment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => serializer.serialize_str(name),
            Self::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

/// Writes segments in a readable form: `body.texts[3]`.
pub(crate) fn write_segments(
    f: &mut fmt::Formatter<'_>,
    segments: &[LocationSegment],
) -> fmt::Result {
    for (position, segment) in segments.iter().enumerate() {
        match segment {
            LocationSegment::Name(name) if position == 0 => f.write_str(name)?,
            LocationSegment::Name(name) => write!(f, ".{name}")?,
            LocationSegment::Index(index) => write!(f, "[{index}]")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_NAME, shortened};

    #[test]
    fn a_name_is_shortened_above_the_limit_only() {
        let longest = "é".repeat(LONGEST_NAME);
        assert_eq!(shortened(&longest), longest);
        let longer = shortened(&format!("{longest}x"));
        assert_eq!(longer, format!("{longest}… (201 bytes)"));
    }
}
