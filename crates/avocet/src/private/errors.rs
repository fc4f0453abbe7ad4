//! Support for the variants of `#[errors]` enums.

use http::StatusCode;

use crate::model::{OrderedJson, Output, Property, Schemas, Side};
use crate::operation::{DocumentedError, ErrorBody, Operation};
use crate::response::HttpError;

/// A status code that the macro has validated.
pub fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Describes a variant in the operation.
pub fn error_response(
    operation: &mut Operation,
    number: u16,
    code: &'static str,
    description: &'static str,
    members: impl FnOnce(&mut Schemas) -> Vec<Property>,
) {
    let members = operation.schemas.on(Side::Output, members);
    operation.errors.push(DocumentedError {
        status: Some(status(number)),
        description: description.to_owned(),
        body: ErrorBody::Typed {
            code: code.to_owned(),
            members,
        },
    });
}

/// Describes a variant's field.
pub fn error_member<T: Output>(name: &'static str, schemas: &mut Schemas) -> Property {
    Property::new(name, T::schema(schemas), true)
}

/// The JSON of a variant's field.
///
/// # Errors
/// If the value cannot be serialized, or contains a float that is not finite.
pub fn error_json<T: Output>(value: &T) -> Result<OrderedJson, serde_json::Error> {
    OrderedJson::of(value)
}

/// Converts a variant's value to the error response.
pub fn error(
    number: u16,
    code: &'static str,
    message: String,
    members: Vec<(&'static str, Result<OrderedJson, serde_json::Error>)>,
) -> HttpError {
    let members: Result<Vec<_>, _> = members
        .into_iter()
        .map(|(name, value)| Ok((name, value?)))
        .collect();
    match members {
        Ok(members) => HttpError::typed(status(number), code, message, members),
        Err::<_, serde_json::Error>(error) => HttpError::internal(error),
    }
}
