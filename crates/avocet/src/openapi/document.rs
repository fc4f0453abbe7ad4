//! The whole document: information, paths, components.

use http::Method;
use serde_json::{Map, Value, json};

use super::Info;
use super::operation::operation_json;
use super::referenced::keep_referenced;
use crate::model::{Names, Schemas};
use crate::operation::Operation;
use crate::path::Template;
use crate::response::ErrorFormat;

/// Builds the document of the operations that it includes.
pub(crate) fn document<'a>(
    info: &Info<'_>,
    operations: impl Iterator<Item = (&'a Operation, &'a Template)>,
    schemas: &Schemas,
    names: &Names,
    errors: ErrorFormat,
) -> Value {
    let mut components = schemas.components(names);
    let mut security_schemes = Map::new();
    let mut paths: Map<String, Value> = Map::new();
    for (operation, template) in operations.filter(|(operation, _)| operation.include_in_schema) {
        let path = paths.entry(template.openapi()).or_insert_with(|| json!({}));
        let mut object = operation_json(operation, names, errors, info.openapi);
        name_body(&operation.id, &mut object, &mut components);
        path[method_name(&operation.method)] = object;
        for requirement in operation.all_security() {
            security_schemes.insert(requirement.name.clone(), requirement.scheme.clone());
        }
        if operation.reads_input() {
            for (name, schema) in errors.errors_schemas(info.shows_input) {
                components.entry(name).or_insert(schema);
            }
        }
    }

    keep_referenced(&mut components, &paths);

    let mut document = json!({
        "openapi": info.openapi.number(),
        "info": info.to_json(),
        "servers": info.about.servers_json(),
    });
    if let Some(tags) = info.about.tags_json() {
        document["tags"] = tags;
    }
    document["paths"] = paths.into();
    if !components.is_empty() {
        document["components"] = json!({"schemas": components});
    }
    if !security_schemes.is_empty() {
        document["components"]["securitySchemes"] = security_schemes.into();
    }
    document
}

/// Makes a body that several arguments form together a component, as `FastAPI` does: so generated clients have a name for
/// it. If a model has that name already, the body stays inline.
fn name_body(id: &str, operation: &mut Value, components: &mut Map<String, Value>) {
    let name = format!("Body_{id}");
    if components.contains_key(&name) {
        return;
    }
    let contents = operation.pointer_mut("/requestBody/content");
    for content in contents
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        let schema = &mut content["schema"];
        if schema.get("properties").is_some() {
            let reference = json!({"$ref": format!("#/components/schemas/{name}")});
            components.insert(name.clone(), std::mem::replace(schema, reference));
        }
    }
}

fn method_name(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}
