//! The kind of value that a schema describes, and the members of an object.

use super::Schema;
use crate::model::{ModelId, OrderedJson};

/// The kind of value that a [`Schema`] describes.
///
/// ```
/// use avocet::model::{Schema, Shape};
///
/// assert_eq!(Schema::boolean().shape(), &Shape::Boolean);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction, in any spelling.
    Integer,
    /// A number.
    Number,
    /// Text.
    String,
    /// An array of items with one schema.
    List(Box<Schema>),
    /// An array of fixed length with a schema for each position.
    Tuple(Vec<Schema>),
    /// An object whose keys are data.
    Map(Box<Schema>),
    /// An object with known members; a closed one rejects all others.
    Object {
        /// The members in the order of declaration.
        properties: Vec<Property>,
        /// Whether unknown members are rejected.
        closed: bool,
        /// The schema of every unknown member, if it is known.
        others: Option<Box<Schema>>,
    },
    /// One of these values.
    Enum(Vec<OrderedJson>),
    /// Exactly one of these, chosen by a tag member if there is one.
    OneOf {
        /// The alternatives.
        variants: Vec<Schema>,
        /// The tag member's name, and each of its values with the index of the alternative that it selects.
        tag: Option<(&'static str, Vec<(String, usize)>)>,
    },
    /// At least one of these, for different spellings of one value.
    AnyOf(Vec<Schema>),
    /// The value or `null`.
    Nullable(Box<Schema>),
    /// Text that holds JSON.
    Encoded(Box<Schema>),
    /// A named model, described elsewhere.
    Reference(ModelId),
}

/// A member of an object.
///
/// ```
/// use avocet::model::{Property, Schema};
///
/// let id = Property::new("id", Schema::integer(), true);
/// assert!(id.required);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The name on the wire.
    pub name: String,
    /// The member's description.
    pub schema: Schema,
    /// Whether the member is required.
    pub required: bool,
    /// Further names that are read; the document does not show them.
    pub aliases: Vec<String>,
    /// Whether a header uses the name verbatim, with its underscores.
    pub verbatim: bool,
    /// Whether an empty text of a query, header or cookie counts as absent, as it always does in a form.
    pub empty_is_absent: bool,
}

impl Property {
    /// Creates a member with this name on the wire.
    ///
    /// ```
    /// # use avocet::model::{Property, Schema};
    /// assert_eq!(Property::new("id", Schema::integer(), true).name, "id");
    /// ```
    pub fn new(name: impl Into<String>, schema: Schema, required: bool) -> Self {
        Self {
            name: name.into(),
            schema,
            required,
            aliases: Vec::new(),
            verbatim: false,
            empty_is_absent: false,
        }
    }
}
