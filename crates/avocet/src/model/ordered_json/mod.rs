//! JSON whose objects keep the order of their members: schemas, documents and error bodies.
//!
//! `serde_json::Value` keeps it only with a feature that would change `serde_json` in the whole program of the user.
//! `convert` has the conversions from and to Rust values, `text` the reading and writing.

mod convert;

use std::ops::Index;

use indexmap::IndexMap;

/// The members of a JSON object, in order.
pub(crate) type Members = IndexMap<String, OrderedJson>;

/// A JSON value whose objects keep the order of their members.
///
/// Two objects with the same members in different order are equal, as in JSON. `Value::from` converts to a
/// `serde_json::Value`.
///
/// ```
/// use avocet::model::OrderedJson;
///
/// let person: OrderedJson = r#"{"name": "Ann", "age": 30}"#.parse().unwrap();
/// assert_eq!(person["name"], "Ann");
/// assert_eq!(person, serde_json::json!({"age": 30, "name": "Ann"}));
/// assert_eq!(person.to_string(), r#"{"name":"Ann","age":30}"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OrderedJson {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that is spelled as an integer.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// An object.
    Object(IndexMap<String, Self>),
}

static NULL: OrderedJson = OrderedJson::Null;

impl OrderedJson {
    /// Returns the member of an object with this name.
    ///
    /// ```
    /// # use avocet::model::OrderedJson;
    /// let person: OrderedJson = r#"{"name": "Ann"}"#.parse().unwrap();
    /// assert!(person.get("age").is_none());
    /// ```
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns the value at a JSON pointer (RFC 6901).
    ///
    /// ```
    /// # use avocet::model::OrderedJson;
    /// let pets: OrderedJson = r#"{"pets": [{"name": "Rex"}]}"#.parse().unwrap();
    /// assert_eq!(pets.pointer("/pets/0/name").unwrap(), "Rex");
    /// ```
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut segments = pointer.strip_prefix('/')?.split('/');
        segments.try_fold(self, |value, segment| match value {
            Self::Array(items) => items.get(segment.parse::<usize>().ok()?),
            _ => value.get(&segment.replace("~1", "/").replace("~0", "~")),
        })
    }

    /// Returns whether the value is `null`.
    ///
    /// ```
    /// assert!(avocet::model::OrderedJson::Null.is_null());
    /// ```
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the text of a string.
    ///
    /// ```
    /// # use avocet::model::OrderedJson;
    /// assert_eq!(OrderedJson::from("Ann").as_str(), Some("Ann"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, if it is not negative and fits.
    ///
    /// ```
    /// # use avocet::model::OrderedJson;
    /// assert_eq!(OrderedJson::from(3).as_u64(), Some(3));
    /// ```
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Integer(integer) => u64::try_from(*integer).ok(),
            _ => None,
        }
    }

    /// Returns the items of an array.
    ///
    /// ```
    /// # use avocet::model::OrderedJson;
    /// assert_eq!(OrderedJson::from([1, 2]).as_array().unwrap().len(), 2);
    /// ```
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the members of an object.
    ///
    /// ```
    /// # use avocet::model::OrderedJson;
    /// let person: OrderedJson = r#"{"name": "Ann", "age": 30}"#.parse().unwrap();
    /// let names: Vec<&String> = person.as_object().unwrap().keys().collect();
    /// assert_eq!(names, ["name", "age"]);
    /// ```
    pub fn as_object(&self) -> Option<&IndexMap<String, Self>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.get_mut(name),
            _ => None,
        }
    }

    /// Sets a member of an object; other values are unchanged.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<Self>) {
        if let Self::Object(members) = self {
            members.insert(name.into(), value.into());
        }
    }
}

/// Returns a member of an object; `null` if there is none.
impl Index<&str> for OrderedJson {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&NULL)
    }
}

/// Returns an item of an array; `null` if there is none.
impl Index<usize> for OrderedJson {
    type Output = Self;

    fn index(&self, index: usize) -> &Self {
        let items = self.as_array();
        items.and_then(|items| items.get(index)).unwrap_or(&NULL)
    }
}

/// Makes an object of the given members, in this order.
macro_rules! object {
    ($($name:tt : $value:expr),* $(,)?) => {
        $crate::model::OrderedJson::from($crate::model::Members::from_iter([
            $(($name.to_owned(), $crate::model::OrderedJson::from($value))),*
        ]))
    };
}

pub(crate) use object;
