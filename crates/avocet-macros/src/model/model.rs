//! The parsed form of `#[model]`. Later stages do not look at attributes.

use syn::{Expr, ExprPath, Generics, Ident, Member, Type};

use crate::docs::Doc;
use crate::vocabulary::{Default, RuleAttributes, Step};

/// A model.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) sides: Sides,
    /// The name in the document.
    pub(crate) name: String,
    pub(crate) description: Doc,
    /// Functions on the whole value.
    pub(crate) steps: Vec<Step>,
    /// Whether the user derives `Serialize` with custom options.
    pub(crate) serializes_itself: bool,
    /// Whether serde reads the attributes on the item.
    pub(crate) serde_looks: bool,
    /// Whether the schema is inlined where it is used, instead of being a component.
    pub(crate) inline: bool,
    pub(crate) shape: Shape,
}

/// Whether a model is used in requests, in responses or in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    Both,
    Input,
    Output,
}

impl Sides {
    pub(crate) fn reads(self) -> bool {
        self != Self::Output
    }

    pub(crate) fn responses(self) -> bool {
        self != Self::Input
    }

    /// Returns the sides of a part that is read or serialized.
    pub(crate) fn of(self, read: bool, answered: bool) -> Option<Self> {
        match (read && self.reads(), answered && self.responses()) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Input),
            (false, true) => Some(Self::Output),
            (false, false) => None,
        }
    }
}

pub(crate) enum Shape {
    /// A struct with named fields.
    Object(Object),
    /// A struct with the wire format of its only field.
    Newtype(Box<Field>),
    /// An enum with unit variants only.
    Units(Vec<Unit>, UnitForm),
    /// An enum whose variants are distinguished by a tag member.
    Tagged {
        tag: String,
        /// The member that holds the variant's content, if the content is beside the tag.
        content: Option<String>,
        closed: bool,
        variants: Vec<Variant>,
    },
    /// An untagged enum: the value is the first variant that fits.
    Untagged(Vec<Variant>),
}

/// The wire format of an enum with unit variants only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitForm {
    /// Names, as a separate model.
    Names,
    /// Names, inlined where they are used.
    Literal,
    /// The discriminants, as a separate model.
    Integers,
    /// The constants of their `value`, as a separate model.
    Values,
    /// The constants of their `value`, inlined where they are used.
    LiteralValues,
}

/// The constant of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Constant {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// Whether unknown members are rejected.
    pub(crate) closed: bool,
}

impl Object {
    pub(crate) const EMPTY: Self = Self {
        fields: Vec::new(),
        closed: false,
    };

    /// Returns the fields that are not flattened.
    pub(crate) fn flat(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.flatten.is_some())
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of its own in the attributes"
)]
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) kind: Type,
    /// The name on the wire.
    pub(crate) wire: String,
    /// Whether this field was renamed explicitly.
    pub(crate) renamed: bool,
    /// Additional names that are read.
    pub(crate) aliases: Vec<String>,
    pub(crate) description: Doc,
    pub(crate) rules: RuleAttributes,
    pub(crate) steps: Vec<Step>,
    pub(crate) examples: Vec<Expr>,
    pub(crate) deprecated: bool,
    pub(crate) absence: Absence,
    pub(crate) reads: bool,
    pub(crate) responses: bool,
    /// Whether an empty string in a query, header or cookie counts as absent.
    pub(crate) empty_is_absent: Option<Ident>,
    /// A function that returns whether the field is omitted from a response.
    pub(crate) left_out_if: Option<ExprPath>,
    /// The setting that merges the field's members into the object around it.
    pub(crate) flatten: Option<Ident>,
    /// How serde reads and writes the field, if avocet does not.
    pub(crate) foreign: Option<Foreign>,
    /// The setting that writes non-finite floats as `null` in responses.
    pub(crate) null_not_finite: Option<Ident>,
}

/// A field that serde reads and writes.
#[derive(Default)]
pub(crate) struct Foreign {
    /// The setting that leaves the type to serde entirely.
    pub(crate) by_type: Option<Ident>,
    pub(crate) reads_with: Option<ExprPath>,
    pub(crate) writes_with: Option<ExprPath>,
    /// A function that returns its description.
    pub(crate) schema: Option<Expr>,
}

/// What a reader does if the field is absent.
pub(crate) enum Absence {
    /// Depends on the type.
    OfType,
    /// Reports a validation error for every type.
    ValidationError,
    Default(Default),
}

/// A unit variant.
pub(crate) struct Unit {
    pub(crate) ident: Ident,
    /// Its name, or its number in an enum of integers.
    pub(crate) wire: String,
    /// The constant of its `value`, if it differs from the name.
    pub(crate) value: Option<Constant>,
    pub(crate) aliases: Vec<String>,
    /// Whether it matches every other name.
    pub(crate) is_other: bool,
}

/// A variant of an enum whose variants have content.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) aliases: Vec<String>,
    /// Whether it matches every other name.
    pub(crate) is_other: bool,
    /// The name in the document, if it is not derived from the names of enum and variant.
    pub(crate) name: Option<String>,
    pub(crate) description: Doc,
    pub(crate) content: Content,
}

/// The content of a variant.
pub(crate) enum Content {
    Nothing,
    Fields(Object),
    Model(Box<Type>),
}

impl Model {
    /// Returns every group of fields that is an object.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        let own = match &self.shape {
            Shape::Object(object) => Some(object),
            _ => None,
        };
        own.into_iter().chain(
            self.variants()
                .iter()
                .filter_map(|variant| match &variant.content {
                    Content::Fields(object) => Some(object),
                    Content::Nothing | Content::Model(_) => None,
                }),
        )
    }

    /// Returns the types that the variants of an enum hold.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Type> {
        self.variants()
            .iter()
            .filter_map(|variant| match &variant.content {
                Content::Model(kind) => Some(&**kind),
                Content::Nothing | Content::Fields(_) => None,
            })
    }

    /// Returns whether it is an object whose members can be merged with others.
    pub(crate) fn has_members(&self) -> bool {
        matches!(self.shape, Shape::Object(_))
    }

    /// Returns whether each of its fields can be a parameter.
    pub(crate) fn is_made_of_fields(&self) -> bool {
        matches!(self.shape, Shape::Object(_) | Shape::Tagged { .. })
    }

    /// Returns whether a variant's content shares its object with the tag.
    pub(crate) fn holds_beside_tag(&self) -> bool {
        matches!(&self.shape, Shape::Tagged { content: None, .. })
    }

    fn variants(&self) -> &[Variant] {
        match &self.shape {
            Shape::Tagged { variants, .. } | Shape::Untagged(variants) => variants,
            Shape::Object(_) | Shape::Newtype(_) | Shape::Units(..) => &[],
        }
    }
}
