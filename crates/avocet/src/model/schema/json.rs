//! A schema as JSON.

use super::{Property, Schema, Shape};
use crate::model::{Members, Names, OrderedJson, object};

impl Schema {
    /// Converts the schema to JSON. Each named model is a reference to `#/components/schemas/…` with its name in
    /// `names`.
    ///
    /// ```
    /// use avocet::model::{Schema, Schemas, Side};
    ///
    /// let names = Schemas::new(Side::Input).own_names();
    /// assert_eq!(Schema::integer().to_json(&names)["type"], "integer");
    /// ```
    pub fn to_json(&self, names: &Names) -> OrderedJson {
        let mut object = self.shape.to_json(names);
        for (keyword, value) in self.keywords_json() {
            object.set(keyword, value);
        }
        object
    }

    /// Only the keywords, as JSON.
    pub(crate) fn keywords_json(&self) -> Members {
        let own = self.keywords.iter();
        let mut keywords: Members = own
            .map(|(keyword, value)| ((*keyword).to_owned(), value.clone()))
            .collect();
        if !self.notes.is_empty() {
            let notes = self.notes.join(" ");
            let description = match self.keyword("description").and_then(OrderedJson::as_str) {
                Some(description) => format!("{description}\n\n{notes}"),
                None => notes,
            };
            keywords.insert("description".to_owned(), description.into());
        }
        keywords
    }
}

impl Shape {
    fn to_json(&self, names: &Names) -> OrderedJson {
        let all = |schemas: &[Schema]| {
            schemas
                .iter()
                .map(|schema| schema.to_json(names))
                .collect::<Vec<_>>()
        };
        match self {
            Self::Any => object! {},
            Self::Boolean => object! {"type": "boolean"},
            Self::Integer => object! {"type": "integer"},
            Self::Number => object! {"type": "number"},
            Self::String => object! {"type": "string"},
            Self::List(items) => object! {"type": "array", "items": items.to_json(names)},
            Self::Tuple(locations) => object! {
                "type": "array", "prefixItems": all(locations), "minItems": locations.len(), "maxItems": locations.len(),
            },
            Self::Map(values) => {
                object! {"type": "object", "additionalProperties": members_json(values, names)}
            }
            Self::Object {
                properties,
                closed,
                others,
            } => {
                let others = others.as_ref().map(|others| members_json(others, names));
                object_json(properties, others.or(closed.then_some(false.into())), names)
            }
            Self::Enum(values) if values.iter().all(|value| value.as_str().is_some()) => {
                object! {"type": "string", "enum": values.as_slice()}
            }
            Self::Enum(values)
                if values
                    .iter()
                    .all(|value| matches!(value, OrderedJson::Integer(_))) =>
            {
                object! {"type": "integer", "enum": values.as_slice()}
            }
            Self::Enum(values)
                if values
                    .iter()
                    .all(|value| matches!(value, OrderedJson::Bool(_))) =>
            {
                object! {"type": "boolean", "enum": values.as_slice()}
            }
            Self::Enum(values) => object! {"enum": values.as_slice()},
            Self::OneOf { variants, tag } => {
                let mut object = object! {"oneOf": all(variants)};
                if let Some((property, tags)) = tag {
                    let mapping: Members = tags
                        .iter()
                        .filter_map(|(tag, index)| match variants.get(*index)?.shape {
                            Shape::Reference(id) => Some((tag.clone(), names.path(id).into())),
                            _ => None,
                        })
                        .collect();
                    let discriminator = object! {"propertyName": *property, "mapping": mapping};
                    object.set("discriminator", discriminator);
                }
                object
            }
            Self::AnyOf(spellings) => object! {"anyOf": all(spellings)},
            Self::Nullable(inner) => match &inner.shape {
                // Several spellings are alternatives next to `null`, not nested in one.
                Self::AnyOf(spellings) if inner.keywords_json().is_empty() => {
                    let mut alternatives = all(spellings);
                    alternatives.push(object! {"type": "null"});
                    object! {"anyOf": alternatives}
                }
                _ => object! {"anyOf": [inner.to_json(names), object! {"type": "null"}]},
            },
            Self::Encoded(content) => object! {
                "type": "string", "contentMediaType": "application/json", "contentSchema": content.to_json(names),
            },
            Self::Reference(id) => object! {"$ref": names.path(*id)},
        }
    }
}

/// The schema of an object's members: `true` for any value.
fn members_json(schema: &Schema, names: &Names) -> OrderedJson {
    match schema.to_json(names) {
        OrderedJson::Object(any) if any.is_empty() => true.into(),
        schema => schema,
    }
}

fn object_json(properties: &[Property], others: Option<OrderedJson>, names: &Names) -> OrderedJson {
    let members: Members = properties
        .iter()
        .map(|property| (property.name.clone(), property.schema.to_json(names)))
        .collect();
    let required: Vec<&str> = properties
        .iter()
        .filter(|property| property.required)
        .map(|property| property.name.as_str())
        .collect();
    let mut object = object! {"type": "object", "properties": members};
    if !required.is_empty() {
        object.set("required", required);
    }
    if let Some(others) = others {
        object.set("additionalProperties", others);
    }
    object
}
