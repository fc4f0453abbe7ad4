//! Resolves the names of models in a document.

use std::any::TypeId;
use std::collections::HashMap;

use super::schemas::Definition;
use super::{ModelId, Schema, Shape, Side};

/// The final name of every model in a document.
///
/// ```
/// # use avocet::model::{Schemas, Side};
/// assert!(Schemas::new(Side::Input).own_names().clashes().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: HashMap<ModelId, String>,
    clashes: Vec<(String, [&'static str; 2])>,
}

impl Names {
    pub(super) fn resolve(definitions: &[Definition]) -> Self {
        let split = split_sides(definitions);
        let mut result = Self::default();
        let mut owners: HashMap<String, &Definition> = HashMap::new();
        for definition in definitions {
            let id = definition.id;
            let name = match (split.contains(&(id.model, id.variant)), id.side) {
                (false, _) => definition.name.clone(),
                (true, Side::Input) => format!("{}-Input", definition.name),
                (true, Side::Output) => format!("{}-Output", definition.name),
            };
            let owner = owners.entry(name.clone()).or_insert(definition);
            if (owner.id.model, owner.id.variant) != (id.model, id.variant) {
                result
                    .clashes
                    .push((name.clone(), [owner.rust_type, definition.rust_type]));
            }
            result.names.insert(id, name);
        }
        result
    }

    /// Names that two types request, with the paths of both.
    ///
    /// ```
    /// # use avocet::model::{Schemas, Side};
    /// assert_eq!(Schemas::new(Side::Input).own_names().clashes().len(), 0);
    /// ```
    pub fn clashes(&self) -> &[(String, [&'static str; 2])] {
        &self.clashes
    }

    pub(crate) fn name(&self, id: ModelId) -> &str {
        self.names.get(&id).map_or("", String::as_str)
    }

    pub(crate) fn path(&self, id: ModelId) -> String {
        format!("#/components/schemas/{}", self.name(id))
    }
}

/// The models whose input and output schemas differ, in themselves or in a model that they refer to.
fn split_sides(definitions: &[Definition]) -> Vec<(TypeId, Option<usize>)> {
    let find = |id: ModelId| definitions.iter().find(|definition| definition.id == id);
    let mut split: Vec<(TypeId, Option<usize>)> = Vec::new();
    loop {
        let before = split.len();
        for input in definitions
            .iter()
            .filter(|definition| definition.id.side == Side::Input)
        {
            let key = (input.id.model, input.id.variant);
            let Some(output) = find(ModelId {
                side: Side::Output,
                ..input.id
            }) else {
                continue;
            };
            let refers_to_split = || {
                let mut references = Vec::new();
                input.schema.references(&mut references);
                references
                    .iter()
                    .any(|id| split.contains(&(id.model, id.variant)))
            };
            if !split.contains(&key)
                && (!same_but_for_sides(&input.schema, &output.schema) || refers_to_split())
            {
                split.push(key);
            }
        }
        if split.len() == before {
            return split;
        }
    }
}

/// Whether two schemas are equal except for the side of references and for required members.
fn same_but_for_sides(input: &Schema, output: &Schema) -> bool {
    neutral(input.clone()) == neutral(output.clone())
}

fn neutral(mut schema: Schema) -> Schema {
    let inside = |schema: &mut Schema| *schema = neutral(std::mem::replace(schema, Schema::any()));
    match schema.shape_mut() {
        Shape::Reference(id) => id.side = Side::Input,
        Shape::List(inner) | Shape::Map(inner) | Shape::Nullable(inner) | Shape::Encoded(inner) => {
            inside(inner);
        }
        Shape::Tuple(parts)
        | Shape::AnyOf(parts)
        | Shape::OneOf {
            variants: parts, ..
        } => parts.iter_mut().for_each(inside),
        Shape::Object {
            properties, others, ..
        } => {
            for property in properties {
                property.required = false;
                property.aliases.clear();
                property.verbatim = false;
                inside(&mut property.schema);
            }
            others.as_deref_mut().into_iter().for_each(inside);
        }
        Shape::Any
        | Shape::Boolean
        | Shape::Integer
        | Shape::Number
        | Shape::String
        | Shape::Enum(_) => {}
    }
    schema
}
