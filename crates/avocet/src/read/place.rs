//! Where in the request a value stands.

use std::fmt;

use serde::{Serialize, Serializer};

/// A place in a request, linked to the place around it.
///
/// Places live on the call stack while a value is read, so a good request allocates nothing for them; only a
/// [`Problem`](super::Problem) copies its place.
///
/// ```
/// use avocet::read::Place;
///
/// let body = Place::root("body");
/// let texts = body.member("texts");
/// assert_eq!(texts.item(3).to_string(), "body.texts[3]");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    around: Option<&'a Place<'a>>,
    step: StepRef<'a>,
}

#[derive(Clone, Copy, Debug)]
enum StepRef<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The outermost place: `body`, `query`, `path`, `header` or `cookie`.
    ///
    /// ```
    /// assert_eq!(avocet::read::Place::root("query").to_string(), "query");
    /// ```
    pub const fn root(source: &'a str) -> Self {
        Self {
            around: None,
            step: StepRef::Name(source),
        }
    }

    /// The place of the member `name` in the object that stands here.
    ///
    /// ```
    /// # use avocet::read::Place;
    /// assert_eq!(Place::root("body").member("id").to_string(), "body.id");
    /// ```
    pub const fn member(&'a self, name: &'a str) -> Place<'a> {
        Place {
            around: Some(self),
            step: StepRef::Name(name),
        }
    }

    /// The place of item `index` (from 0) in the list that stands here.
    ///
    /// ```
    /// # use avocet::read::Place;
    /// assert_eq!(Place::root("body").item(0).to_string(), "body[0]");
    /// ```
    pub const fn item(&'a self, index: usize) -> Place<'a> {
        Place {
            around: Some(self),
            step: StepRef::Index(index),
        }
    }

    /// The steps from the outside in, as a problem keeps them.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps = self.around.map_or_else(Vec::new, Place::steps);
        steps.push(match self.step {
            StepRef::Name(name) => Step::Name(shortened(name)),
            StepRef::Index(index) => Step::Index(index),
        });
        steps
    }
}

/// How many characters of a name a problem keeps: the keys of a map are the client's, and as long as it likes.
const LONGEST_NAME: usize = 100;

pub(crate) fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST_NAME) {
        // With the length, so that two long names that begin alike are still told apart.
        Some((end, _)) => format!("{}… ({} bytes)", &name[..end], name.len()),
        None => name.to_owned(),
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_steps(f, &self.steps())
    }
}

/// One step of a problem's place: a member's name on the wire, or an index.
///
/// ```
/// use avocet::read::Step;
///
/// assert_eq!(serde_json::to_string(&[Step::from("texts"), Step::from(3)]).unwrap(), r#"["texts",3]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an object, or a source such as `query`.
    Name(String),
    /// An item of a list, from 0.
    Index(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => serializer.serialize_str(name),
            Self::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

/// Writes steps as a person reads them: `body.texts[3]`.
pub(crate) fn write_steps(f: &mut fmt::Formatter<'_>, steps: &[Step]) -> fmt::Result {
    for (position, step) in steps.iter().enumerate() {
        match step {
            Step::Name(name) if position == 0 => f.write_str(name)?,
            Step::Name(name) => write!(f, ".{name}")?,
            Step::Index(index) => write!(f, "[{index}]")?,
        }
    }
    Ok(())
}
