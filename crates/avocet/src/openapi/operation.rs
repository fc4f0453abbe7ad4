//! One operation in the document.

use std::collections::BTreeMap;

use http::StatusCode;

use crate::model::{Members, Names, OrderedJson, Schema, Schemas, Side, object};
use crate::operation::{
    DescribedResponse, DocumentedError, DocumentedResponse, ErrorBody, Operation, Parameter,
    ParameterLocation, RequestBody, ResponseHeader, add_sentence,
};
use crate::response::{ErrorFormat, ErrorPages};

use super::{DocumentedErrors, OpenApi, content, websocket};

pub(super) fn operation_json(
    operation: &Operation,
    names: &Names,
    errors: DocumentedErrors<'_>,
    version: OpenApi,
) -> OrderedJson {
    let mut object = object! {};
    if !operation.tags.is_empty() {
        object.set("tags", operation.tags.as_slice());
    }
    object.set("summary", &operation.summary);
    let mut description = operation.description.clone();
    if let Some(contract) = &operation.websocket {
        websocket::describe(contract, names, &mut description);
    }
    if !description.is_empty() {
        object.set("description", description);
    }
    object.set("operationId", &operation.id);
    let shown = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.include_in_schema);
    let mut parameters: Vec<&Parameter> = shown.collect();
    if !parameters.is_empty() {
        parameters.sort_by_key(|parameter| parameter.source);
        let parameters = parameters
            .into_iter()
            .map(|parameter| parameter_json(parameter, names));
        object.set("parameters", parameters.collect::<OrderedJson>());
    }
    if let Some(body) = &operation.body {
        let body = body_json(body, operation, names, version);
        object.set("requestBody", body);
    }
    object.set(
        "responses",
        responses_json(operation, names, errors, version),
    );
    if let Some(contract) = &operation.websocket {
        object.set("x-websocket", websocket::contract_json(contract, names));
    }
    if operation.deprecated {
        object.set("deprecated", true);
    }
    if let Some(docs) = &operation.external_docs {
        object.set("externalDocs", docs.to_json());
    }
    // An empty list states that there is no requirement; a missing one leaves it open.
    let security = operation.security_alternatives();
    object.set(
        "security",
        security
            .into_iter()
            .map(alternative)
            .collect::<OrderedJson>(),
    );
    object
}

/// Schemes that are required together.
fn alternative(set: BTreeMap<&str, Vec<&str>>) -> Members {
    let schemes = set.into_iter();
    schemes
        .map(|(name, scopes)| (name.to_owned(), scopes.into()))
        .collect()
}

impl Operation {
    /// Returns whether a request can have validation errors, so that the responses include a 422.
    pub(super) fn reads_input(&self) -> bool {
        self.body.is_some() || !self.parameters.is_empty()
    }
}

fn parameter_json(parameter: &Parameter, names: &Names) -> OrderedJson {
    let mut object = object! {
        "name": &parameter.name,
        "in": parameter.source.name(),
        "required": parameter.required,
        "schema": parameter.schema.to_json(names),
    };
    if !parameter.description.is_empty() {
        object.set("description", &parameter.description);
    }
    if parameter.deprecated {
        object.set("deprecated", true);
    }
    // OpenAPI defines this only for queries.
    if parameter.empty_is_absent && parameter.source == ParameterLocation::Query {
        object.set("allowEmptyValue", true);
    }
    object
}

fn body_json(
    body: &RequestBody,
    operation: &Operation,
    names: &Names,
    version: OpenApi,
) -> OrderedJson {
    let content = content::of_request(body, &operation.schemas, names, version);
    let mut object = object! {"required": body.required, "content": content};
    if !body.description.is_empty() {
        object.set("description", &body.description);
    }
    object
}

fn responses_json(
    operation: &Operation,
    names: &Names,
    errors: DocumentedErrors<'_>,
    version: OpenApi,
) -> OrderedJson {
    let mut responses = Members::new();
    for response in &operation.responses {
        responses.insert(
            response.status.as_str().to_owned(),
            response_json(response, operation, names, version),
        );
    }
    let own = operation.errors.iter().cloned();
    let of_framework = framework_errors(operation, errors.format);
    let mut groups = by_status(own.chain(of_framework));
    errors.add_replaced(&mut groups);
    // The entry for all other statuses comes last.
    groups.sort_by_key(|group| group[0].status.map_or(u16::MAX, |status| status.as_u16()));
    for group in groups {
        let status = group[0].status;
        let key = status.map_or_else(|| "default".to_owned(), |status| status.as_str().to_owned());
        if !responses.contains_key(&key)
            && let Some(response) = errors_json(&group, names, errors, version)
        {
            responses.insert(key, response);
        }
        if let Some(status) = status {
            errors.add_other_responses(status, &mut responses, names, version);
        }
    }
    describe(
        &operation.described_responses,
        &mut responses,
        names,
        errors,
        version,
    );
    responses.into()
}

/// Sets the descriptions of statuses, and adds the responses that are not there.
fn describe(
    described: &[DescribedResponse],
    responses: &mut Members,
    names: &Names,
    errors: DocumentedErrors<'_>,
    version: OpenApi,
) {
    for response in described {
        let known = responses.get_mut(&response.status);
        if let Some(known) = known {
            known.set("description", &response.description);
            continue;
        }
        let object = if response.is_error() {
            errors_json(&[described_error(response)], names, errors, version)
                .unwrap_or_else(|| object! {"description": &response.description})
        } else {
            object! {"description": &response.description}
        };
        responses.insert(response.status.clone(), object);
    }
    if !described.is_empty()
        && let Some(others) = responses.shift_remove("default")
    {
        responses.insert("default".to_owned(), others);
    }
}

/// Returns the error that a description of a status stands for.
fn described_error(response: &DescribedResponse) -> DocumentedError {
    DocumentedError {
        status: response.status.parse().ok(),
        description: response.description.clone(),
        body: ErrorBody::Message,
    }
}

/// Adds the models that the bodies of the operation's errors refer to.
pub(crate) fn register_errors(operation: &mut Operation, all: DocumentedErrors<'_>) {
    let errors = operation.error_format.unwrap_or(all.format);
    let mut schemas = Schemas::new(Side::Output);
    for error in &operation.errors {
        errors.register(error, &mut schemas);
    }
    let described = operation.described_responses.iter();
    let described = described.filter(|response| response.is_error());
    for error in framework_errors(operation, errors)
        .into_iter()
        .chain(described.map(described_error))
    {
        errors.register(&error, &mut schemas);
    }
    operation.schemas.merge(&schemas);
    for page in all.pages.into_iter().flat_map(ErrorPages::operations) {
        operation.schemas.merge(&page.schemas);
    }
    operation.mistakes.extend_from_slice(schemas.mistakes());
    for callback in &mut operation.callbacks {
        register_errors(callback, all.of(Some(errors)).outgoing());
    }
}

/// Returns the errors that the framework itself sends for this operation.
fn framework_errors(operation: &Operation, errors: ErrorFormat) -> Vec<DocumentedError> {
    let error = |status: StatusCode, description: &str, body: ErrorBody| DocumentedError {
        status: Some(status),
        description: description.to_owned(),
        body,
    };
    let validation_status = errors.validation_status();
    let mut errors = Vec::new();
    if operation.websocket.is_some() {
        errors.extend(
            websocket::ERRORS.map(|(status, text)| error(status, text, ErrorBody::Message)),
        );
    }
    if let Some(body) = &operation.body {
        let broken = if body.is_form() {
            "The body is incomplete or malformed, or has too many fields or files"
        } else {
            "The body is incomplete"
        };
        errors.push(error(StatusCode::BAD_REQUEST, broken, ErrorBody::Message));
        errors.push(error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than the limit",
            ErrorBody::Message,
        ));
        errors.push(error(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The content type of the body is not supported",
            ErrorBody::Message,
        ));
    }
    if operation.time_limit.is_some() {
        errors.push(error(
            StatusCode::GATEWAY_TIMEOUT,
            "The response took longer than the time limit",
            ErrorBody::Message,
        ));
    }
    if operation.reads_input() {
        errors.push(error(
            validation_status,
            "Validation Error",
            ErrorBody::ValidationErrors,
        ));
    }
    errors
}

/// Groups errors of one status, in order of first appearance.
fn by_status(errors: impl Iterator<Item = DocumentedError>) -> Vec<Vec<DocumentedError>> {
    let mut groups: Vec<Vec<DocumentedError>> = Vec::new();
    for error in errors {
        match groups
            .iter_mut()
            .find(|group| group[0].status == error.status)
        {
            Some(group) => group.push(error),
            None => groups.push(vec![error]),
        }
    }
    groups
}

fn errors_json(
    group: &[DocumentedError],
    names: &Names,
    errors: DocumentedErrors<'_>,
    version: OpenApi,
) -> Option<OrderedJson> {
    let mut descriptions: Vec<&str> = Vec::new();
    let mut schemas: Vec<OrderedJson> = Vec::new();
    for error in group {
        if !error.description.is_empty() && !descriptions.contains(&error.description.as_str()) {
            descriptions.push(&error.description);
        }
        let schema = errors.format.schema(error, names);
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    let schema = if schemas.len() == 1 {
        schemas.swap_remove(0)
    } else {
        object! {"anyOf": schemas}
    };
    let description = match descriptions.as_slice() {
        [] => group[0]
            .status
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error")
            .to_owned(),
        descriptions => descriptions.join("\n\n"),
    };
    errors.response_json(group[0].status, description, schema, names, version)
}

pub(super) fn response_json(
    response: &DocumentedResponse,
    operation: &Operation,
    names: &Names,
    version: OpenApi,
) -> OrderedJson {
    let description = match response.description.as_str() {
        "" => response.status.canonical_reason().unwrap_or("Answer"),
        description => description,
    };
    let mut object = object! {"description": description};
    let headers = headers_json(&response.headers, names);
    if !headers.is_empty() {
        object.set("headers", headers);
    }
    let bodiless =
        response.status == StatusCode::NO_CONTENT || response.status == StatusCode::NOT_MODIFIED;
    if !response.content.is_empty() && !bodiless {
        object.set(
            "content",
            content::of_response(&response.content, &operation.schemas, names, version),
        );
    }
    object
}

/// Several headers with one name, such as cookies, are one entry.
fn headers_json(headers: &[ResponseHeader], names: &Names) -> Members {
    let mut object: Members = Members::new();
    for header in headers {
        let schema: &Schema = &header.schema;
        let mut known = object.iter_mut();
        let known = known.find(|(name, _)| name.eq_ignore_ascii_case(&header.name));
        match known {
            Some((_, known)) => {
                let mut description = known["description"].as_str().unwrap_or_default().to_owned();
                add_sentence(&mut description, &header.description);
                if !description.is_empty() {
                    known.set("description", description);
                }
            }
            None => {
                let mut entry =
                    object! {"required": header.required, "schema": schema.to_json(names)};
                if !header.description.is_empty() {
                    entry.set("description", header.description.as_str());
                }
                object.insert(header.name.clone(), entry);
            }
        }
    }
    object
}
