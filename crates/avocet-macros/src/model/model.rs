//! What `#[model]` has understood: no attribute is looked at again after this.

use syn::{Expr, ExprPath, Generics, Ident, Member, Type};

use crate::vocabulary::{Default, RuleAttributes, Step};

/// A model.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) sides: Sides,
    /// The name in the document.
    pub(crate) name: String,
    pub(crate) description: String,
    /// Functions for the whole value.
    pub(crate) steps: Vec<Step>,
    /// Whether the user derives `Serialize` with options of their own.
    pub(crate) serializes_itself: bool,
    /// Whether serde reads the attributes that stand on the item.
    pub(crate) serde_looks: bool,
    /// Described where it is used instead of as a component.
    pub(crate) inline: bool,
    pub(crate) shape: Shape,
}

/// On which sides of a request it is used.
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

    /// Those of a part that is read or answered.
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
    /// A struct that is on the wire what its one field is.
    Newtype(Box<Field>),
    /// An enum whose variants hold nothing.
    Units(Vec<Unit>, UnitForm),
    /// An enum told apart by a member.
    Tagged {
        tag: String,
        /// The member that holds what a variant holds, where that stands beside the tag.
        content: Option<String>,
        closed: bool,
        variants: Vec<Variant>,
    },
    /// An enum whose first variant that fits is the value.
    Untagged(Vec<Variant>),
}

/// How an enum whose variants hold nothing stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitForm {
    /// Names, a model of their own.
    Names,
    /// Names, described where they are used.
    Literal,
    /// The discriminants, a model of their own.
    Integers,
    /// The constants of their `value`, a model of their own.
    Values,
    /// The same, described where they are used.
    LiteralValues,
}

/// A constant that a variant stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Constant {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// Whether unknown members are refused.
    pub(crate) closed: bool,
}

impl Object {
    pub(crate) const EMPTY: Self = Self {
        fields: Vec::new(),
        closed: false,
    };

    /// The fields whose members are the object's own.
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
    /// Whether that name was given to this field.
    pub(crate) renamed: bool,
    /// Further names that are read.
    pub(crate) aliases: Vec<String>,
    pub(crate) description: String,
    pub(crate) rules: RuleAttributes,
    pub(crate) steps: Vec<Step>,
    pub(crate) examples: Vec<Expr>,
    pub(crate) deprecated: bool,
    pub(crate) absence: Absence,
    pub(crate) reads: bool,
    pub(crate) responses: bool,
    /// Whether an empty text of a query, header or cookie counts as none.
    pub(crate) empty_is_absent: Option<Ident>,
    /// A function that says when it is left out of an answer.
    pub(crate) left_out_if: Option<ExprPath>,
    /// The word that makes its members those of the object around it.
    pub(crate) flatten: Option<Ident>,
    /// How serde reads and writes it, where we do not.
    pub(crate) foreign: Option<Foreign>,
    /// The word that makes floats `null` in answers that are not finite.
    pub(crate) null_not_finite: Option<Ident>,
}

/// A field that serde reads and writes.
#[derive(Default)]
pub(crate) struct Foreign {
    /// The word that says that the type is serde's altogether.
    pub(crate) by_type: Option<Ident>,
    pub(crate) reads_with: Option<ExprPath>,
    pub(crate) writes_with: Option<ExprPath>,
    /// A function that gives its description.
    pub(crate) schema: Option<Expr>,
}

/// What a reader does when the field is absent.
pub(crate) enum Absence {
    /// What the type says.
    OfType,
    /// A problem, whatever the type says.
    ValidationError,
    Default(Default),
}

/// A variant that holds nothing.
pub(crate) struct Unit {
    pub(crate) ident: Ident,
    /// Its name; its number where the enum stands for numbers.
    pub(crate) wire: String,
    /// The constant of its `value`, where it is not its name.
    pub(crate) value: Option<Constant>,
    pub(crate) aliases: Vec<String>,
    /// Whether it stands for every other name.
    pub(crate) is_other: bool,
}

/// A variant of an enum whose variants hold something.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) aliases: Vec<String>,
    /// Whether it stands for every other name.
    pub(crate) is_other: bool,
    /// The name in the document, where it is not made from those of enum and variant.
    pub(crate) name: Option<String>,
    pub(crate) description: String,
    pub(crate) content: Content,
}

/// What a variant holds.
pub(crate) enum Content {
    Nothing,
    Fields(Object),
    Model(Box<Type>),
}

impl Model {
    /// Every group of fields that stands in an object.
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

    /// The types that the variants of an enum hold.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Type> {
        self.variants()
            .iter()
            .filter_map(|variant| match &variant.content {
                Content::Model(kind) => Some(&**kind),
                Content::Nothing | Content::Fields(_) => None,
            })
    }

    /// Whether it is an object whose members can stand beside others.
    pub(crate) fn has_members(&self) -> bool {
        matches!(self.shape, Shape::Object(_))
    }

    /// Whether its fields can be parameters, each of its own.
    pub(crate) fn is_made_of_fields(&self) -> bool {
        matches!(self.shape, Shape::Object(_) | Shape::Tagged { .. })
    }

    /// Whether what a variant holds shares its object with the tag.
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
