//! Responses of models, and the headers of `#[headers]` structs.

use std::future::{Ready, ready};

use http::HeaderMap;

use crate::model::{Output, Schema, Schemas};
use crate::operation::ResponseHeader;
use crate::response::{
    HeaderField, InvalidHeader, Response, ResponseContext, event_schema, response_json,
};

/// Converts a model to a response.
pub fn response<T: Output>(value: &T, response_context: &ResponseContext) -> Ready<Response> {
    ready(response_json(value, response_context))
}

/// Describes an event whose data is the JSON of a `T`.
pub fn event<T: Output>(name: Option<&'static str>, schemas: &mut Schemas) -> Schema {
    event_schema(name, T::schema(schemas))
}

/// Describes a response header.
pub fn header<T: HeaderField>(
    field: &str,
    description: &str,
    schemas: &mut Schemas,
) -> ResponseHeader {
    let mut header = T::describe(field, schemas);
    if !description.is_empty() {
        description.clone_into(&mut header.description);
    }
    header
}

/// Adds a header to a response.
///
/// # Errors
/// If its value is not a valid header value.
pub fn write_header<T: HeaderField>(
    value: &T,
    field: &str,
    headers: &mut HeaderMap,
) -> Result<(), InvalidHeader> {
    value.write(field, headers)
}
