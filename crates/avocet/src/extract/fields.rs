//! The fields of a model as parameters: each has a name of its own in the source, and what was sent for them is read as the
//! object that they are, by the reader that bodies have.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::origin::Origin;
use super::{Call, Takes};
use crate::model::{Property, Schema, Schemas, Shape, Side};
use crate::operation::{Operation, Parameter, Source};
use crate::read::{Place, Problem, Problems};

/// How deep references and options may stand around a field's value.
const DEEPEST: usize = 8;

/// The fields of one model in one source.
#[derive(Debug)]
pub(super) struct Fields {
    origin: Origin,
    list: Vec<Field>,
    /// Whether names that nobody takes are refused.
    closed: bool,
    /// The models that the fields refer to.
    schemas: Schemas,
    mistakes: Vec<String>,
}

/// A field.
#[derive(Debug)]
struct Field {
    /// As the model has it.
    property: Property,
    /// Its names in the source, the one that is documented first.
    names: Vec<String>,
    takes: Takes,
}

/// What was sent for the fields of a model.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The object that they are, in JSON.
    pub(super) object: String,
    /// Whether there is any.
    pub(super) any: bool,
}

impl Fields {
    /// The fields of the model that `schema` describes.
    pub(super) fn of(schema: fn(&mut Schemas) -> Schema, origin: Origin) -> Self {
        let mut schemas = Schemas::new(Side::Input);
        let schema = schema(&mut schemas);
        let mut fields = Self {
            origin,
            list: Vec::new(),
            closed: false,
            schemas: Schemas::new(Side::Input),
            mistakes: Vec::new(),
        };
        fields.gather(&schema, &schemas, DEEPEST);
        fields.schemas = schemas;
        fields
    }

    /// Takes over the members of an object, or those of each variant.
    fn gather(&mut self, schema: &Schema, schemas: &Schemas, depth: usize) {
        match (schemas.resolve(schema).shape(), depth.checked_sub(1)) {
            (Shape::Nullable(inner), Some(depth)) => self.gather(inner, schemas, depth),
            (
                Shape::Object {
                    properties,
                    closed,
                    others,
                },
                _,
            ) => {
                self.closed |= closed;
                if others.is_some() {
                    self.mistakes.push(format!(
                        "a model with a map that takes all other members has no list of fields, so it cannot be taken from {}",
                        self.origin.words(),
                    ));
                }
                for property in properties {
                    self.field(property, schemas);
                }
            }
            (Shape::OneOf { variants, .. }, Some(depth)) if self.origin == Origin::Form => {
                for variant in variants {
                    self.gather(variant, schemas, depth);
                }
            }
            _ => self.mistakes.push(format!(
                "an enum that is told by a tag has no list of fields, so it cannot be taken from {}; a form or `#[body]` can \
                 carry it",
                self.origin.words(),
            )),
        }
    }

    fn field(&mut self, property: &Property, schemas: &Schemas) {
        if self
            .list
            .iter()
            .any(|known| known.property.name == property.name)
        {
            // The same member of another variant.
            return;
        }
        match takes(&property.schema, schemas, DEEPEST) {
            Some(takes) => self.list.push(Field {
                names: names(property, self.origin),
                property: property.clone(),
                takes,
            }),
            None => self.mistakes.push(format!(
                "the field \"{}\" is no text and no list of texts, so it cannot be taken from {}; take the model as `#[body]`",
                property.name,
                self.origin.words(),
            )),
        }
    }

    /// What the document cannot say, for the application's list of mistakes.
    pub(super) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Each name that is looked for, and what is taken of it.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Takes)> {
        self.list.iter().flat_map(|field| {
            let names = field.names.iter();
            names.map(|name| (name.as_str(), field.takes))
        })
    }

    /// Each field as a parameter of its own.
    pub(super) fn parameters(&self, source: Source, operation: &mut Operation) -> Vec<Parameter> {
        let parameter = |field: &Field| {
            let mut schema = field.property.schema.clone();
            operation.schemas.adopt(&schema, &self.schemas);
            let description = schema.remove("description");
            let deprecated = schema.remove("deprecated").is_some();
            // Absent and null are one for a parameter, so a default of null says nothing.
            if schema.keyword("default").is_some_and(Value::is_null) {
                schema.remove("default");
            }
            let name = field.names[0].clone();
            let mut parameter = Parameter::new(source, name, schema, field.property.required);
            if let Some(Value::String(description)) = description {
                parameter.description = description;
            }
            parameter.deprecated = deprecated;
            parameter.aliases = field.names[1..].to_vec();
            parameter
        };
        self.list.iter().map(parameter).collect()
    }

    /// Gathers what was sent for the fields.
    pub(super) fn sent(&self, call: &Call) -> Sent {
        let mut sent = Sent {
            object: "{".to_owned(),
            any: false,
        };
        for field in &self.list {
            let mut found = field
                .names
                .iter()
                .map(|name| self.origin.texts(call, name, field.takes));
            let Some(texts) = found.find(|texts| !texts.is_empty()) else {
                continue;
            };
            if sent.any {
                sent.object.push(',');
            }
            sent.any = true;
            sent.object.push_str(&json(&field.property.name));
            sent.object.push(':');
            match field.takes {
                Takes::All => {
                    let texts: Vec<String> = texts.iter().map(|text| json(text)).collect();
                    sent.object.push('[');
                    sent.object.push_str(&texts.join(","));
                    sent.object.push(']');
                }
                Takes::Last | Takes::Members => {
                    sent.object.extend(texts.last().map(|text| json(text)));
                }
            }
        }
        sent.object.push('}');
        sent
    }

    /// Notes the names that neither the model nor another argument takes, where the model refuses these.
    pub(super) fn refuse_others(&self, call: &Call, problems: &mut Problems) {
        if !self.closed {
            return;
        }
        let root = Place::root(self.origin.root());
        let mut refused: HashSet<Cow<'_, str>> = HashSet::new();
        for name in self.origin.names(call) {
            let known = self
                .names()
                .any(|(known, _)| self.origin.is_same(known, &name));
            if !known && !refused.contains(&name) && !call.takes_name(self.origin, &name) {
                problems.add(&root.member(&name), Problem::forbidden());
                refused.insert(name);
            }
        }
    }

    /// Puts problems where the source has the field, when that calls it by another name than the model.
    pub(super) fn place(&self, problems: &mut Problems) {
        for field in &self.list {
            if field.names[0] != field.property.name {
                problems.rename(1, &field.property.name, &field.names[0]);
            }
        }
    }
}

fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// The names of a field in a source. In headers an underscore is a hyphen, unless the name was given as it is.
fn names(property: &Property, origin: Origin) -> Vec<String> {
    let is_header = origin == Origin::Parameter(Source::Header);
    let own = if is_header && !property.verbatim {
        property.name.replace('_', "-")
    } else {
        property.name.clone()
    };
    std::iter::once(own)
        .chain(property.aliases.iter().cloned())
        .collect()
}

/// Which of the values of its name a field takes; nothing for what is not made of texts.
fn takes(schema: &Schema, schemas: &Schemas, depth: usize) -> Option<Takes> {
    let depth = depth.checked_sub(1)?;
    let inside = |schema: &Schema| takes(schema, schemas, depth);
    let each_is_text =
        |parts: &[Schema]| parts.iter().all(|part| inside(part) == Some(Takes::Last));
    match schemas.resolve(schema).shape() {
        Shape::Any
        | Shape::Boolean
        | Shape::Integer
        | Shape::Number
        | Shape::String
        | Shape::Enum(_)
        | Shape::Encoded(_) => Some(Takes::Last),
        Shape::Nullable(inner) => inside(inner),
        Shape::List(items) if inside(items) == Some(Takes::Last) => Some(Takes::All),
        Shape::Tuple(places) if each_is_text(places) => Some(Takes::All),
        Shape::AnyOf(parts)
        | Shape::OneOf {
            variants: parts,
            tag: None,
        } => {
            let taken: Option<Vec<Takes>> = parts.iter().map(inside).collect();
            let all = taken?.contains(&Takes::All);
            Some(if all { Takes::All } else { Takes::Last })
        }
        Shape::List(_)
        | Shape::Tuple(_)
        | Shape::Map(_)
        | Shape::Object { .. }
        | Shape::OneOf { .. }
        | Shape::Reference(_) => None,
    }
}
