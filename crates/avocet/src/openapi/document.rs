//! The whole document: information, paths, components.

use http::Method;

use super::Info;
use super::operation::operation_json;
use super::referenced::keep_referenced;
use crate::model::{Members, Names, OrderedJson, Schemas, object};
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
) -> OrderedJson {
    let mut components = schemas.components(names);
    let mut security_schemes = Members::new();
    let mut paths = Members::new();
    for (operation, template) in operations.filter(|(operation, _)| operation.include_in_schema) {
        let errors = operation.error_format.unwrap_or(errors);
        let path = paths.entry(template.openapi().to_owned());
        let path = path.or_insert_with(|| object! {});
        let mut object = operation_json(operation, names, errors, info.openapi);
        name_body(&operation.id, &mut object, &mut components);
        path.set(method_name(&operation.method), object);
        for requirement in operation.all_security() {
            let scheme = requirement.scheme.clone().into();
            security_schemes.insert(requirement.name.clone(), scheme);
        }
        if operation.reads_input() {
            for (name, schema) in errors.errors_schemas(info.shows_input) {
                components.entry(name.to_owned()).or_insert(schema);
            }
        }
    }

    keep_referenced(&mut components, &paths);

    let mut document = object! {
        "openapi": info.openapi.number(),
        "info": info.to_json(),
        "servers": info.about.servers_json(),
    };
    if let Some(tags) = info.about.tags_json() {
        document.set("tags", tags);
    }
    document.set("paths", paths);
    let mut shared = Members::new();
    if !components.is_empty() {
        shared.insert("schemas".to_owned(), components.into());
    }
    if !security_schemes.is_empty() {
        shared.insert("securitySchemes".to_owned(), security_schemes.into());
    }
    if !shared.is_empty() {
        document.set("components", shared);
    }
    document
}

/// Makes a body that several arguments form together a component, as `FastAPI` does: so generated clients have a name for
/// it. If a model has that name already, the body stays inline.
fn name_body(id: &str, operation: &mut OrderedJson, components: &mut Members) {
    let name = format!("Body_{id}");
    if components.contains_key(&name) {
        return;
    }
    let body = operation.get_mut("requestBody");
    let Some(OrderedJson::Object(contents)) = body.and_then(|body| body.get_mut("content")) else {
        return;
    };
    for content in contents.values_mut() {
        if let Some(schema) = content.get_mut("schema")
            && schema.get("properties").is_some()
        {
            let reference = object! {"$ref": format!("#/components/schemas/{name}")};
            components.insert(name.clone(), std::mem::replace(schema, reference));
        }
    }
}

fn method_name(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}
