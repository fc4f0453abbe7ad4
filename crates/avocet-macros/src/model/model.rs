//! What `#[model]` has understood: no attribute is looked at again after this.

use syn::{Expr, ExprPath, Generics, Ident, Member, Type};

use crate::vocabulary::{Default, Rules};

/// A model.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) sides: Sides,
    /// The name in the document.
    pub(crate) name: String,
    pub(crate) description: String,
    /// Checks on the whole value.
    pub(crate) checks: Vec<Expr>,
    /// Whether the user derives `Serialize` with options of their own.
    pub(crate) serializes_itself: bool,
    /// Whether serde reads the attributes that stand on the item.
    pub(crate) serde_looks: bool,
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

    pub(crate) fn answers(self) -> bool {
        self != Self::Input
    }
}

pub(crate) enum Shape {
    /// A struct with named fields.
    Object(Object),
    /// A struct that is on the wire what its one field is.
    Newtype(Box<Field>),
    /// An enum whose variants hold nothing.
    Units(Vec<Unit>),
    /// An enum told apart by a member.
    Tagged {
        tag: String,
        closed: bool,
        variants: Vec<Variant>,
    },
}

pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// Whether unknown members are refused.
    pub(crate) closed: bool,
}

pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) kind: Type,
    /// The name on the wire.
    pub(crate) wire: String,
    /// Further names that are read.
    pub(crate) aliases: Vec<String>,
    pub(crate) description: String,
    pub(crate) rules: Rules,
    pub(crate) checks: Vec<Expr>,
    pub(crate) examples: Vec<Expr>,
    pub(crate) deprecated: bool,
    pub(crate) absence: Absence,
    pub(crate) reads: bool,
    pub(crate) answers: bool,
    /// A function that says when it is left out of an answer.
    pub(crate) left_out_if: Option<ExprPath>,
}

/// What a reader does when the field is absent.
pub(crate) enum Absence {
    /// What the type says.
    OfType,
    /// A problem, whatever the type says.
    Problem,
    Default(Default),
}

/// A variant that holds nothing.
pub(crate) struct Unit {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) aliases: Vec<String>,
}

/// A variant of a tagged enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    /// The name in the document, where it is not made from those of enum and variant.
    pub(crate) name: Option<String>,
    pub(crate) description: String,
    pub(crate) content: Content,
}

/// What a variant of a tagged enum holds.
pub(crate) enum Content {
    Nothing,
    Fields(Object),
    Model(Box<Type>),
}

impl Model {
    /// Every field that has a name on the wire or a place in the value.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        let (own, variants): (Option<&Object>, &[Variant]) = match &self.shape {
            Shape::Object(object) => (Some(object), &[]),
            Shape::Tagged { variants, .. } => (None, variants),
            Shape::Newtype(_) | Shape::Units(_) => (None, &[]),
        };
        own.into_iter().chain(
            variants
                .iter()
                .filter_map(|variant| match &variant.content {
                    Content::Fields(object) => Some(object),
                    Content::Nothing | Content::Model(_) => None,
                }),
        )
    }

    /// The models that the variants of a tagged enum hold.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Type> {
        let variants: &[Variant] = match &self.shape {
            Shape::Tagged { variants, .. } => variants,
            Shape::Object(_) | Shape::Newtype(_) | Shape::Units(_) => &[],
        };
        variants
            .iter()
            .filter_map(|variant| match &variant.content {
                Content::Model(kind) => Some(&**kind),
                Content::Nothing | Content::Fields(_) => None,
            })
    }
}
