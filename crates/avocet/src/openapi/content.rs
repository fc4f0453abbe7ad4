//! The media types of a body in the document: its schema, that of a stream's items, and how the fields of a form are sent.

use super::OpenApi;
use crate::extract::{Arity, taken_as_text};
use crate::model::{Members, Names, OrderedJson, Schema, Schemas, Shape, object};
use crate::operation::{Content, RequestBody};

/// Returns the media types of a request body.
pub(super) fn of_request(
    body: &RequestBody,
    schemas: &Schemas,
    names: &Names,
    version: OpenApi,
) -> Members {
    let mut object = of_response(&body.content, schemas, names, version);
    if body.is_form() {
        for content in &body.content {
            let mut encoding = encoding_json(content, schemas);
            for part in &body.json_parts {
                encoding.insert(part.clone(), object! {"contentType": "application/json"});
            }
            if let Some(media) = object.get_mut(&content.media_type)
                && !encoding.is_empty()
            {
                media.set("encoding", encoding);
            }
        }
    }
    object
}

/// Returns the media types of a response.
pub(super) fn of_response(
    content: &[Content],
    schemas: &Schemas,
    names: &Names,
    version: OpenApi,
) -> Members {
    let one = |content: &Content| {
        let mut object = object! {};
        if let Some(schema) = &content.schema {
            object.set("schema", schema.to_json(names));
        }
        if let Some(items) = &content.items {
            object.set(version.item_schema(), items.to_json(names));
            // Client generators do not read the extension of 3.1. They use `schema` as the type of each event's data.
            let data = match version {
                OpenApi::V3_1 => data_json(content, items, schemas, names),
                OpenApi::V3_2 => None,
            };
            if let Some(data) = data {
                object.set("schema", data);
            }
        }
        (content.media_type.clone(), object)
    };
    content.iter().map(one).collect()
}

/// Returns the schema of the values that a client receives from a stream: the data of events, or the items.
fn data_json(
    content: &Content,
    items: &Schema,
    schemas: &Schemas,
    names: &Names,
) -> Option<OrderedJson> {
    let mut kinds = Vec::new();
    if content.is_event_stream() {
        data_of_events(items, schemas, names, &mut kinds);
    } else {
        kinds.push(items.to_json(names));
    }
    match kinds.len() {
        0 | 1 => kinds.pop(),
        // Not `oneOf`: the data of one event may also match the model of another.
        _ => Some(object! {"anyOf": kinds}),
    }
}

fn data_of_events(event: &Schema, schemas: &Schemas, names: &Names, kinds: &mut Vec<OrderedJson>) {
    match schemas.resolve(event).shape() {
        Shape::OneOf { variants, .. } | Shape::AnyOf(variants) => {
            for variant in variants {
                data_of_events(variant, schemas, names, kinds);
            }
        }
        Shape::Object { properties, .. } => {
            let data = properties.iter().find(|property| property.name == "data");
            let kind = data.map(|data| match data.schema.shape() {
                Shape::Encoded(data) => data.to_json(names),
                _ => data.schema.to_json(names),
            });
            kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
        }
        _ => {}
    }
}

/// Returns the encoding of fields that accept repeated values. `explode` is the default of `style: form`, but Swagger UI joins the
/// values with commas unless both are written.
fn encoding_json(content: &Content, schemas: &Schemas) -> Members {
    let mut encoding = Members::new();
    if let Some(schema) = &content.schema {
        repeated_fields(schema, schemas, &mut encoding);
    }
    encoding
}

fn repeated_fields(form: &Schema, schemas: &Schemas, encoding: &mut Members) {
    match schemas.resolve(form).shape() {
        Shape::Object { properties, .. } => {
            for property in properties {
                // Files are separate parts, whatever the encoding is.
                let is_text = !property.schema.is_binary();
                if is_text && taken_as_text(&property.schema, schemas) == Some(Arity::All) {
                    encoding.insert(
                        property.name.clone(),
                        object! {"style": "form", "explode": true},
                    );
                }
            }
        }
        Shape::OneOf { variants, .. } => {
            for variant in variants {
                repeated_fields(variant, schemas, encoding);
            }
        }
        _ => {}
    }
}
