//! The document as a whole: information, paths, components.

use http::Method;
use serde_json::{Map, Value, json};

use super::operation::operation_json;
use crate::model::{Names, Schemas};
use crate::operation::Operation;
use crate::path::Template;
use crate::respond::ErrorShape;

/// What the document says about the application.
pub(crate) struct Info<'a> {
    pub(crate) title: &'a str,
    pub(crate) version: &'a str,
    pub(crate) description: &'a str,
}

/// Makes the document of the documented operations.
pub(crate) fn document<'a>(
    info: &Info<'_>,
    operations: impl Iterator<Item = (&'a Operation, &'a Template)>,
    schemas: &Schemas,
    names: &Names,
    errors: ErrorShape,
) -> Value {
    let mut components = schemas.components(names);
    let mut security_schemes = Map::new();
    let mut paths: Map<String, Value> = Map::new();
    for (operation, template) in operations.filter(|(operation, _)| operation.documented) {
        let path = paths.entry(template.openapi()).or_insert_with(|| json!({}));
        path[method_name(&operation.method)] = operation_json(operation, names, errors);
        for requirement in &operation.security {
            security_schemes.insert(requirement.name.clone(), requirement.scheme.clone());
        }
        if operation.reads_input() {
            for (name, schema) in errors.problems_schemas() {
                components.entry(name).or_insert(schema);
            }
        }
    }

    let mut head = json!({"title": info.title, "version": info.version});
    if !info.description.is_empty() {
        head["description"] = info.description.into();
    }
    let mut document = json!({"openapi": "3.1.0", "info": head, "paths": paths});
    if !components.is_empty() {
        document["components"] = json!({"schemas": components});
    }
    if !security_schemes.is_empty() {
        document["components"]["securitySchemes"] = security_schemes.into();
    }
    document
}

fn method_name(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}
