//! `Body`: the JSON body as one value.

use http::StatusCode;

use super::{Extractor, Rejection, RequestContext};
use crate::input::Input;
use crate::model::{Schema, Schemas};
use crate::operation::{Content, Operation, RequestBody};
use crate::read::{Failure, Location, Reader, ValidationError};
use crate::report::RejectionReason;
use crate::response::HttpError;
use crate::rules::Rules;

/// Extracts the body as JSON.
///
/// - **Rejects** with 422 and locations below `["body"]` if the body is missing, is not JSON or breaks a rule; with 415
///   if its content type is not JSON, with 413 if it is over the limit, with 400 if it is not UTF-8.
/// - **Request**: `POST /embed` with `content-type: application/json`.
/// - **Document**: the request body, `application/json`.
///
/// ```
/// use avocet::extract::Body;
/// use avocet::operation::Operation;
///
/// let route = Operation::post("/sum").handle((Body::<Vec<f64>>::new(),), |(numbers,)| async move {
///     numbers.iter().sum::<f64>()
/// });
/// ```
#[derive(Debug)]
pub struct Body<T> {
    rules: &'static Rules,
    description: &'static str,
    schema: fn(&mut Schemas) -> Schema,
    read: fn(&mut Reader<'_>, &Location<'_>, &Rules) -> Result<T, Failure>,
    absent: fn() -> Option<T>,
}

impl<T: Input> Default for Body<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Input> Body<T> {
    /// Extracts the whole body.
    ///
    /// ```
    /// let body = avocet::extract::Body::<Vec<f32>>::new();
    /// ```
    pub const fn new() -> Self {
        Self {
            rules: &Rules::NONE,
            description: "",
            schema: T::schema,
            read: T::read,
            absent: T::absent,
        }
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// let body = avocet::extract::Body::<Vec<f32>>::new().description("A vector.");
    /// ```
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Sets the rules for the value.
    ///
    /// ```
    /// use avocet::rules::{MaxItems, Rules};
    ///
    /// static SHORT: Rules = Rules::own(&[&MaxItems(3)]);
    /// let body = avocet::extract::Body::<Vec<f32>>::new().rules(&SHORT);
    /// ```
    pub const fn rules(mut self, rules: &'static Rules) -> Self {
        self.rules = rules;
        self
    }
}

/// [`Body::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T: Send + 'static> Extractor for Body<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        let schema = (self.schema)(&mut operation.schemas);
        let schema = operation.schemas.under(schema, self.rules);
        let mut body = RequestBody::new(Content::json(schema), (self.absent)().is_none());
        self.description.clone_into(&mut body.description);
        operation.set_body(body);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        read_json(context, b"", |reader, at| {
            (self.read)(reader, at, self.rules)
        })
        .await
        .or_else(|rejection| match rejection {
            Rejection::Invalid if context.body_is_empty() => (self.absent)().ok_or_else(|| {
                context
                    .errors_mut()
                    .add(&Location::root("body"), ValidationError::missing());
                Rejection::Invalid
            }),
            rejection => Err(rejection),
        })
    }
}

/// Receives the body, checks that its content type is JSON, and reads it. A missing body is read as `empty`; if `empty`
/// itself is empty, the rejection has no validation error.
pub(super) async fn read_json<T>(
    context: &mut RequestContext,
    empty: &'static [u8],
    read: impl FnOnce(&mut Reader<'_>, &Location<'_>) -> Result<T, Failure> + Send,
) -> Result<T, Rejection> {
    let received = context.body().await?;
    let text = if received.is_empty() {
        empty
    } else {
        &received
    };
    if text.is_empty() {
        return Err(Rejection::Invalid);
    }
    let at = Location::root("body");
    crate::read::whole(text, &at, context.json_depth(), |reader| read(reader, &at)).map_err(
        |errors| {
            if errors.is_malformed() {
                if std::str::from_utf8(text).is_err() {
                    return HttpError::new(
                        StatusCode::BAD_REQUEST,
                        "There was an error parsing the body",
                    )
                    .rejecting(RejectionReason::Malformed)
                    .into();
                }
                // A body that is not JSON may not be meant for this API at all: report only that.
                *context.errors_mut() = errors;
            } else {
                context.errors_mut().append(errors);
            }
            Rejection::Invalid
        },
    )
}
