//! The fields of a model as parameters. Each field has its own name in the source. The texts sent for them are joined to
//! a JSON object, which the body reader reads.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::text_source::{Name, Texts};
use super::{Arity, RequestContext};
use crate::model::{OrderedJson, Property, Schema, Schemas, Shape, Side};
use crate::operation::TextSource;
use crate::operation::{Operation, Parameter, ParameterLocation};
use crate::read::{Location, ValidationError, ValidationErrors};

/// How many references and options may be nested around a field's value.
const DEEPEST: usize = 8;

/// The fields of one model in one source.
#[derive(Debug)]
pub(super) struct Fields {
    text_source: TextSource,
    list: Vec<Field>,
    /// Whether unknown names are rejected.
    closed: bool,
    /// The models that the fields refer to.
    schemas: Schemas,
    mistakes: Vec<String>,
}

/// One field of the model.
#[derive(Debug)]
struct Field {
    /// The property as the model declares it.
    property: Property,
    /// Its names in the source, the documented one first.
    names: Vec<Name>,
    arity: Arity,
}

/// The texts sent for the fields of a model.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The texts as a JSON object.
    pub(super) object: String,
    /// Whether any field was sent.
    pub(super) any: bool,
}

impl Fields {
    /// Collects the fields of the model that `schema` describes.
    pub(super) fn of(schema: fn(&mut Schemas) -> Schema, text_source: TextSource) -> Self {
        let mut schemas = Schemas::new(Side::Input);
        let schema = schema(&mut schemas);
        let mut fields = Self {
            text_source,
            list: Vec::new(),
            closed: false,
            schemas: Schemas::new(Side::Input),
            mistakes: Vec::new(),
        };
        fields.gather(&schema, &schemas, DEEPEST);
        fields.schemas = schemas;
        fields
    }

    /// Adds the members of an object, or those of each variant.
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
                        "a model with a flattened map has no fixed list of fields, so it cannot be read from {}; take it as `#[body]`",
                        self.text_source.words(),
                    ));
                }
                for property in properties {
                    self.field(property, schemas);
                }
            }
            (Shape::OneOf { variants, .. }, Some(depth)) if self.text_source == TextSource::Form => {
                for variant in variants {
                    self.gather(variant, schemas, depth);
                }
            }
            _ => self.mistakes.push(format!(
                "a tagged enum has no fixed list of fields, so it cannot be read from {}; take it as `#[form]` or `#[body]`",
                self.text_source.words(),
            )),
        }
    }

    fn field(&mut self, property: &Property, schemas: &Schemas) {
        if self
            .list
            .iter()
            .any(|known| known.property.name == property.name)
        {
            // Another variant has the same member.
            return;
        }
        match taken_as_text(&property.schema, schemas) {
            Some(arity) => self.list.push(Field {
                names: names(property, self.text_source),
                property: property.clone(),
                arity,
            }),
            None => self.mistakes.push(format!(
                "the field \"{}\" is neither a single value nor a list of single values, so it cannot be read from {}; take the model as `#[body]`",
                property.name,
                self.text_source.words(),
            )),
        }
    }

    /// Configuration errors: what the document cannot express.
    pub(super) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Returns each name that is looked up, with its arity.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Arity)> {
        self.list.iter().flat_map(|field| {
            let names = field.names.iter();
            names.map(|name| (&*name.text, field.arity))
        })
    }

    /// Describes each field as a separate parameter.
    pub(super) fn parameters(
        &self,
        source: ParameterLocation,
        operation: &mut Operation,
    ) -> Vec<Parameter> {
        let parameter = |field: &Field| {
            let mut schema = field.property.schema.clone();
            operation.schemas.adopt(&schema, &self.schemas);
            let description = schema.remove("description");
            let deprecated = schema.remove("deprecated").is_some();
            // For a parameter, absent and null are the same, so a default of null adds nothing.
            if schema.keyword("default").is_some_and(OrderedJson::is_null) {
                schema.remove("default");
            }
            let names: Vec<_> = field
                .names
                .iter()
                .map(|name| name.text.to_string())
                .collect();
            let mut parameter = Parameter::new(source, &*names[0], schema, field.property.required);
            if let Some(OrderedJson::String(description)) = description {
                parameter.description = description;
            }
            parameter.deprecated = deprecated;
            parameter.empty_is_absent = field.property.empty_is_absent;
            parameter.aliases = names[1..].to_vec();
            parameter
        };
        self.list.iter().map(parameter).collect()
    }

    /// Collects the texts sent for the fields.
    pub(super) fn sent(&self, context: &RequestContext) -> Sent {
        let mut sent = Sent {
            object: "{".to_owned(),
            any: false,
        };
        for field in &self.list {
            let mut names = field.names.iter();
            let Some(texts) = names.find_map(|name| {
                let texts = self.text_source.texts(context, name, field.arity)?;
                if field.property.empty_is_absent {
                    return texts.without_empty();
                }
                Some(texts)
            }) else {
                continue;
            };
            if sent.any {
                sent.object.push(',');
            }
            sent.any = true;
            sent.object.push_str(&json(&field.property.name));
            sent.object.push(':');
            match texts {
                Texts::All(texts) => {
                    let texts: Vec<String> = texts.iter().map(|text| json(text)).collect();
                    sent.object.push('[');
                    sent.object.push_str(&texts.join(","));
                    sent.object.push(']');
                }
                Texts::Last(text) => sent.object.push_str(&json(&text)),
            }
        }
        sent.object.push('}');
        sent
    }

    /// Reports names that neither the model nor another extractor takes, if the model rejects unknown names.
    pub(super) fn reject_others(&self, context: &RequestContext, errors: &mut ValidationErrors) {
        if !self.closed {
            return;
        }
        let root = Location::root(self.text_source.root());
        let mut rejected: HashSet<Cow<'_, str>> = HashSet::new();
        for name in self.text_source.names(context) {
            let known = self
                .names()
                .any(|(known, _)| self.text_source.is_same(known, &name));
            if !known && !rejected.contains(&name) && !context.takes_name(self.text_source, &name) {
                errors.add(&root.member(&name), ValidationError::forbidden());
                rejected.insert(name);
            }
        }
    }

    /// Renames the locations of errors to the source's name of the field, if that differs from the model's.
    pub(super) fn location(&self, errors: &mut ValidationErrors) {
        for field in &self.list {
            let name = &field.names[0].text;
            if *name != field.property.name {
                errors.rename(1, &field.property.name, name);
            }
        }
    }
}

fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// Returns the names of a field in a source. In headers an underscore becomes a hyphen, unless the name is verbatim.
fn names(property: &Property, text_source: TextSource) -> Vec<Name> {
    let is_header = text_source == TextSource::Parameter(ParameterLocation::Header);
    let own = if is_header && !property.verbatim {
        property.name.replace('_', "-")
    } else {
        property.name.clone()
    };
    std::iter::once(own)
        .chain(property.aliases.iter().cloned())
        .map(|name| Name::new(name.into()))
        .collect()
}

/// Returns the arity of a field, or `None` if its value cannot be made from texts.
pub(crate) fn taken_as_text(schema: &Schema, schemas: &Schemas) -> Option<Arity> {
    arity_of(schema, schemas, DEEPEST)
}

fn arity_of(schema: &Schema, schemas: &Schemas, depth: usize) -> Option<Arity> {
    let depth = depth.checked_sub(1)?;
    let inside = |schema: &Schema| arity_of(schema, schemas, depth);
    let each_is_text =
        |parts: &[Schema]| parts.iter().all(|part| inside(part) == Some(Arity::Last));
    match schemas.resolve(schema).shape() {
        Shape::Any
        | Shape::Boolean
        | Shape::Integer
        | Shape::Number
        | Shape::String
        | Shape::Enum(_)
        | Shape::Encoded(_) => Some(Arity::Last),
        Shape::Nullable(inner) => inside(inner),
        Shape::List(items) if inside(items) == Some(Arity::Last) => Some(Arity::All),
        Shape::Tuple(locations) if each_is_text(locations) => Some(Arity::All),
        Shape::AnyOf(parts)
        | Shape::OneOf {
            variants: parts,
            tag: None,
        } => {
            let taken: Option<Vec<Arity>> = parts.iter().map(inside).collect();
            let all = taken?.contains(&Arity::All);
            Some(if all { Arity::All } else { Arity::Last })
        }
        Shape::List(_)
        | Shape::Tuple(_)
        | Shape::Map(_)
        | Shape::Object { .. }
        | Shape::OneOf { .. }
        | Shape::Reference(_) => None,
    }
}
