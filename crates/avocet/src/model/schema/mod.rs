//! A JSON Schema (2020-12) as typed data.
//!
//! `shape` is the kind of value, `build` has the constructors, `keywords` what rules and authors add, `json` the result.

mod build;
mod json;
mod keywords;
mod shape;

pub use shape::{Property, Shape};

use super::{ModelId, OrderedJson};

/// The schema of a value: its shape, and the keywords that rules and authors added.
///
/// ```
/// use avocet::model::{Schema, Schemas, Side};
///
/// let schema = Schema::list(Schema::string()).with("maxItems", 3);
/// let names = Schemas::new(Side::Input).own_names();
/// assert_eq!(schema.to_json(&names).to_string(), r#"{"type":"array","items":{"type":"string"},"maxItems":3}"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    shape: Shape,
    keywords: Vec<(&'static str, OrderedJson)>,
    /// Rules that no keyword can express, appended to the description.
    notes: Vec<String>,
}

impl Schema {
    /// The shape.
    ///
    /// ```
    /// # use avocet::model::{Schema, Shape};
    /// assert_eq!(Schema::any().shape(), &Shape::Any);
    /// ```
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(crate) fn shape_mut(&mut self) -> &mut Shape {
        &mut self.shape
    }

    /// Whether it is an object whose keys are data.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert!(!Schema::any().is_map());
    /// ```
    pub fn is_map(&self) -> bool {
        matches!(self.shape, Shape::Map(_))
    }

    /// Whether this is bytes, a list of bytes, or a nullable form of them.
    pub(crate) fn is_binary(&self) -> bool {
        match &self.shape {
            Shape::List(inner) | Shape::Nullable(inner) => inner.is_binary(),
            _ => self
                .keyword("format")
                .is_some_and(|format| format == "binary"),
        }
    }

    /// Collects every named model that is referred to, at any depth.
    pub(crate) fn references(&self, found: &mut Vec<ModelId>) {
        self.each(&mut |schema| {
            if let Shape::Reference(id) = schema.shape {
                found.push(id);
            }
        });
    }

    /// Whether it contains a secret at any depth, without following references.
    pub(crate) fn holds_a_secret(&self) -> bool {
        let mut holds = false;
        self.each(&mut |schema| holds |= schema.keyword("writeOnly").is_some());
        holds
    }

    /// Calls `visit` for this schema and every schema inside it.
    fn each(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match &self.shape {
            Shape::List(inner)
            | Shape::Map(inner)
            | Shape::Nullable(inner)
            | Shape::Encoded(inner) => inner.each(visit),
            Shape::Tuple(parts)
            | Shape::AnyOf(parts)
            | Shape::OneOf {
                variants: parts, ..
            } => parts.iter().for_each(|part| part.each(visit)),
            Shape::Object {
                properties, others, ..
            } => {
                let known = properties.iter().map(|property| &property.schema);
                known.chain(others.as_deref()).for_each(|it| it.each(visit));
            }
            Shape::Any
            | Shape::Boolean
            | Shape::Integer
            | Shape::Number
            | Shape::String
            | Shape::Enum(_)
            | Shape::Reference(_) => {}
        }
    }
}
