//! The whole document: information, paths, components.

use std::collections::BTreeSet;

use http::Method;

use super::operation::operation_json;
use super::referenced::keep_referenced;
use super::{DocumentedErrors, Info, Tag};
use crate::model::{Members, Names, OrderedJson, Schemas, object};
use crate::operation::Operation;
use crate::path::Template;

/// Builds the document of the operations that it includes.
pub(crate) fn document<'a>(
    info: &Info<'_>,
    operations: impl Iterator<Item = (&'a Operation, &'a Template)>,
    webhooks: impl Iterator<Item = &'a Operation>,
    schemas: &Schemas,
    names: &Names,
    errors: DocumentedErrors<'a>,
) -> OrderedJson {
    let mut writer = Writer {
        info,
        names,
        components: schemas.components(names),
        security_schemes: Members::new(),
    };
    let mut paths = Members::new();
    let mut tags = BTreeSet::new();
    for (operation, template) in operations {
        tags.extend(&operation.tags);
        writer.add(operation, errors, template.openapi(), &mut paths);
    }
    let mut webhook_items = Members::new();
    for webhook in webhooks {
        tags.extend(&webhook.tags);
        let errors = errors.outgoing();
        writer.add(webhook, errors, &webhook.path, &mut webhook_items);
    }
    let Writer {
        mut components,
        security_schemes,
        ..
    } = writer;
    keep_referenced(
        &mut components,
        paths.values().chain(webhook_items.values()),
    );

    let mut document = object! {
        "openapi": info.openapi.number(),
        "info": info.to_json(),
        "servers": info.about.servers_json(),
    };
    if let Some(docs) = &info.about.external_docs {
        document.set("externalDocs", docs.to_json());
    }
    let is_shown = |tag: &Tag| !info.is_partial || tags.iter().any(|used| *used == tag.name());
    if let Some(tags) = info.about.tags_json(is_shown) {
        document.set("tags", tags);
    }
    document.set("paths", paths);
    if !webhook_items.is_empty() {
        document.set("webhooks", webhook_items);
    }
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

/// Writes operations, and collects the components that they share.
struct Writer<'a> {
    info: &'a Info<'a>,
    names: &'a Names,
    components: Members,
    security_schemes: Members,
}

impl Writer<'_> {
    /// Adds an operation under its path.
    fn add(
        &mut self,
        operation: &Operation,
        errors: DocumentedErrors<'_>,
        path: &str,
        paths: &mut Members,
    ) {
        let object = self.operation(operation, errors);
        let path = paths.entry(path.to_owned());
        let path = path.or_insert_with(|| object! {});
        path.set(method_name(&operation.method), object);
    }

    fn operation(&mut self, operation: &Operation, errors: DocumentedErrors<'_>) -> OrderedJson {
        let format = errors.of(operation.error_format);
        let mut object = operation_json(operation, self.names, format, self.info.openapi);
        name_body(&operation.id, &mut object, &mut self.components);
        for requirement in operation.all_security() {
            let scheme = requirement.scheme.clone().into();
            self.security_schemes
                .insert(requirement.name.clone(), scheme);
        }
        if operation.reads_input() {
            for (name, schema) in format.format.errors_schemas(self.info.shows_input) {
                self.components.entry(name.to_owned()).or_insert(schema);
            }
        }
        if !operation.callbacks.is_empty() {
            object.set("callbacks", self.callbacks(operation, errors.outgoing()));
        }
        object
    }

    fn callbacks(&mut self, operation: &Operation, errors: DocumentedErrors<'_>) -> Members {
        let mut callbacks: Vec<(&str, Members)> = Vec::new();
        for callback in &operation.callbacks {
            let name = match callback.declaration.function {
                "" => callback.id.as_str(),
                function => function,
            };
            let index = match callbacks.iter().position(|(known, _)| *known == name) {
                Some(index) => index,
                None => {
                    callbacks.push((name, Members::new()));
                    callbacks.len() - 1
                }
            };
            self.add(callback, errors, &callback.path, &mut callbacks[index].1);
        }
        let callbacks = callbacks.into_iter();
        callbacks
            .map(|(name, paths)| (name.to_owned(), paths.into()))
            .collect()
    }
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
