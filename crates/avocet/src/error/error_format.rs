//! The format of errors on the wire and in the document, in one file so that they agree.

use std::any::Any;
use std::collections::BTreeMap;
use std::ptr;

use avocet_context::RequestId;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::{DocumentedError, ErrorBody, ErrorContent, ErrorDetail, FormatErrors};
use crate::body::{Response, full_response};
use crate::model::{Members, Names, OrderedJson, Property, Schema, Schemas, Side, object};
use crate::read::ValidationErrors;

/// The member that holds the request id.
const REQUEST_ID: &str = "request_id";

/// The format of error bodies, of an application, a router or an operation. The document changes with it.
///
/// ```
/// use avocet::response::ErrorFormat;
///
/// assert_eq!(ErrorFormat::default(), ErrorFormat::FastApi);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum ErrorFormat {
    /// `{"detail": …}` as `FastAPI` sends it, so that its clients need no change.
    #[default]
    FastApi,
    /// Problem details, RFC 9457: `{"type", "title", "status", "detail", "errors"?}`, and `request_id` in a 5xx that does not have a
    /// member of that name itself.
    ProblemDetails,
    /// A custom format. A `&'static` reference to it converts into this variant.
    Custom(&'static dyn FormatErrors),
}

/// A custom format needs no wrapper: `App::error_format(&OpenAiErrors)`.
impl<F: FormatErrors> From<&'static F> for ErrorFormat {
    fn from(format: &'static F) -> Self {
        Self::Custom(format)
    }
}

/// Custom formats are equal if they are the same value of the same type.
impl PartialEq for ErrorFormat {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::FastApi, Self::FastApi) | (Self::ProblemDetails, Self::ProblemDetails) => true,
            (Self::Custom(one), Self::Custom(other)) => {
                // Values without a size may share an address with others.
                Any::type_id(one) == Any::type_id(other) && ptr::addr_eq(one, other)
            }
            _ => false,
        }
    }
}

impl Eq for ErrorFormat {}

impl ErrorFormat {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Custom(format) => format.media_type(),
            Self::FastApi => "application/json",
            Self::ProblemDetails => "application/problem+json",
        }
    }

    /// Returns the status of a response to a request that is not valid.
    pub(crate) fn validation_status(self) -> StatusCode {
        match self {
            Self::FastApi | Self::ProblemDetails => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Custom(format) => format.validation_status(),
        }
    }

    pub(super) fn detail(self, status: StatusCode, detail: OrderedJson) -> OrderedJson {
        match self {
            Self::Custom(format) => {
                format.body(&ErrorContent::new(status, ErrorDetail::Message(&detail)))
            }
            Self::FastApi => object! {"detail": detail},
            Self::ProblemDetails => Self::head(status, "about:blank", detail),
        }
    }

    pub(super) fn typed(
        self,
        status: StatusCode,
        code: &str,
        message: &str,
        members: &Members,
    ) -> OrderedJson {
        let mut object = match self {
            Self::Custom(format) => {
                let detail = ErrorDetail::Typed {
                    code,
                    message,
                    members,
                };
                return format.body(&ErrorContent::new(status, detail));
            }
            Self::FastApi => object! {"detail": message, "type": code},
            Self::ProblemDetails => Self::head(status, code, message.into()),
        };
        if let OrderedJson::Object(object) = &mut object {
            for (name, value) in members {
                // The members that every error has keep their meaning (RFC 9457, section 3.2).
                object.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        object
    }

    pub(super) fn errors(self, status: StatusCode, errors: &ValidationErrors) -> OrderedJson {
        match self {
            Self::Custom(format) => {
                let detail = ErrorDetail::ValidationErrors(errors);
                format.body(&ErrorContent::new(status, detail))
            }
            Self::FastApi => object! {"detail": OrderedJson::of(errors).unwrap_or_default()},
            Self::ProblemDetails => {
                let detail = "The request is not valid".into();
                let mut object = Self::head(status, "about:blank", detail);
                let errors = errors.listed().map(|error| pointed(&error));
                object.set("errors", errors.collect::<OrderedJson>());
                object
            }
        }
    }

    /// Returns the JSON text of [`errors`](Self::errors), without an intermediate value where they can be written directly.
    pub(super) fn errors_text(self, status: StatusCode, errors: &ValidationErrors) -> Vec<u8> {
        match self {
            Self::FastApi => text(&BTreeMap::from([("detail", errors)])),
            Self::ProblemDetails | Self::Custom(_) => text(&self.errors(status, errors)),
        }
    }

    fn head(status: StatusCode, kind: &str, detail: OrderedJson) -> OrderedJson {
        let title = status.canonical_reason().unwrap_or("Error");
        object! {"type": kind, "title": title, "status": status.as_u16(), "detail": detail}
    }

    /// Returns the response with this body. A 5xx includes the request id where the format has a member for it, unless the error has a
    /// `request_id` member itself: an operator can find the request in the logs only by this id.
    pub(super) fn response(self, status: StatusCode, mut body: OrderedJson) -> Response {
        if self == Self::ProblemDetails
            && status.is_server_error()
            && body.get(REQUEST_ID).is_none()
            && let Some(id) = RequestId::current()
        {
            body.set(REQUEST_ID, id.to_string());
        }
        self.response_text(status, text(&body))
    }

    pub(super) fn response_text(self, status: StatusCode, text: Vec<u8>) -> Response {
        full_response(status, HeaderValue::from_static(self.media_type()), text)
    }

    /// Adds the models that the bodies of errors refer to.
    pub(crate) fn register(self, error: &DocumentedError, schemas: &mut Schemas) {
        if let Self::Custom(format) = self {
            format.describe(error.status, &error.body, schemas);
        }
    }

    /// Returns the schema of the body of an error in the document.
    pub(crate) fn schema(self, error: &DocumentedError, names: &Names) -> OrderedJson {
        if let Self::Custom(format) = self {
            // Its models have been registered, so only the schema itself is needed.
            let mut schemas = Schemas::new(Side::Output);
            let schema = format.describe(error.status, &error.body, &mut schemas);
            return schema.to_json(names);
        }
        match &error.body {
            ErrorBody::Message => self.message_schema().to_json(names),
            ErrorBody::Typed { code, members } => self.typed_schema(code, members).to_json(names),
            ErrorBody::ValidationErrors => {
                let components = self.errors_schemas(false);
                let name = components.first().map_or("", |(name, _)| name);
                object! {"$ref": format!("#/components/schemas/{name}")}
            }
        }
    }

    /// Returns the schema of [`detail`](Self::detail).
    fn message_schema(self) -> Schema {
        let properties = match self {
            Self::FastApi | Self::Custom(_) => vec![Property::new("detail", Schema::any(), true)],
            Self::ProblemDetails => head_properties(Schema::string()),
        };
        Schema::object(properties)
    }

    /// Returns the schema of [`typed`](Self::typed).
    fn typed_schema(self, code: &str, members: &[Property]) -> Schema {
        let code = Schema::one_of_values([code]);
        let mut properties = match self {
            Self::FastApi | Self::Custom(_) => {
                vec![
                    Property::new("detail", Schema::string(), true),
                    Property::new("type", code, true),
                ]
            }
            Self::ProblemDetails => head_properties(code),
        };
        for member in members {
            match properties.iter_mut().find(|own| own.name == member.name) {
                None => properties.push(member.clone()),
                // See `typed` and `response`.
                Some(own) if own.name == REQUEST_ID => *own = member.clone(),
                Some(_) => {}
            }
        }
        Schema::object(properties)
    }

    /// Returns the schemas of [`errors`](Self::errors) and of one validation error, as components with their names.
    pub(crate) fn errors_schemas(self, shows_input: bool) -> Vec<(&'static str, OrderedJson)> {
        let mut schemas = self.errors_schemas_without_input();
        if shows_input {
            let error = schemas.last_mut();
            if let Some(properties) = error.and_then(|(_, error)| error.get_mut("properties")) {
                let description = "The rejected value.";
                properties.set("input", object! {"description": description});
            }
        }
        schemas
    }

    fn errors_schemas_without_input(self) -> Vec<(&'static str, OrderedJson)> {
        match self {
            Self::Custom(_) => Vec::new(),
            Self::FastApi => vec![
                (
                    "HTTPValidationError",
                    object! {"type": "object", "properties": object! {
                        "detail": object! {"type": "array", "items": object! {"$ref": "#/components/schemas/ValidationError"}},
                    }},
                ),
                (
                    "ValidationError",
                    object! {"type": "object", "required": ["loc", "msg", "type"], "properties": object! {
                        "loc": object! {"type": "array", "items": object! {"anyOf": [object! {"type": "string"}, object! {"type": "integer"}]}},
                        "msg": object! {"type": "string"},
                        "type": object! {"type": "string"},
                        "input": object! {},
                        "ctx": object! {"type": "object"},
                    }},
                ),
            ],
            Self::ProblemDetails => vec![
                (
                    "ProblemDetails",
                    object! {"type": "object", "required": ["type", "title", "status", "detail", "errors"], "properties": object! {
                        "type": object! {"type": "string"},
                        "title": object! {"type": "string"},
                        "status": object! {"type": "integer"},
                        "detail": object! {"type": "string"},
                        "errors": object! {"type": "array", "items": object! {"$ref": "#/components/schemas/Problem"}},
                    }},
                ),
                (
                    "Problem",
                    object! {"type": "object", "required": ["source", "pointer", "detail", "code"], "properties": object! {
                        "source": object! {"type": "string"},
                        "pointer": object! {"type": "string", "format": "json-pointer"},
                        "detail": object! {"type": "string"},
                        "code": object! {"type": "string"},
                        "context": object! {"type": "object"},
                    }},
                ),
            ],
        }
    }
}

/// Returns the JSON text. The body of an error contains only values that can be serialized.
fn text(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

fn head_properties(kind: Schema) -> Vec<Property> {
    vec![
        Property::new("type", kind, true),
        Property::new("title", Schema::string(), true),
        Property::new("status", Schema::integer(), true),
        Property::new("detail", Schema::any(), true),
        Property::new(REQUEST_ID, Schema::string(), false),
    ]
}

/// Returns a validation error with its location as source and JSON pointer (RFC 6901).
fn pointed(error: &crate::read::ValidationError) -> OrderedJson {
    use crate::read::LocationSegment;
    let text = |step: &LocationSegment| match step {
        LocationSegment::Name(name) => name.replace('~', "~0").replace('/', "~1"),
        LocationSegment::Index(index) => index.to_string(),
    };
    let source = error.location().first().map(text).unwrap_or_default();
    let steps = error.location().iter().skip(1).map(text);
    let pointer = steps.fold(String::new(), |pointer, step| pointer + "/" + &step);
    let mut object = object! {
        "source": source, "pointer": pointer, "detail": error.message(), "code": error.kind(),
    };
    if let Some(context) = error.context_json() {
        object.set("context", context);
    }
    if let Some(input) = error.input() {
        object.set("input", input.clone());
    }
    object
}
