//! `JsonPart`: a part of a multipart form that is JSON.

use super::form_data::{FormValue, text_too_large};
use super::{Extractor, Rejection, RequestContext};
use crate::input::Input;
use crate::model::{Property, Schema, Schemas};
use crate::operation::Operation;
use crate::read::{Failure, Location, Reader, ValidationError};
use crate::response::HttpError;
use crate::rules::Rules;

/// Extracts a part of a multipart form that is JSON, such as a model beside a file.
///
/// The part may be text, as `curl -F 'options={"n": 1}'` sends it, or have the content type `application/json`, as a `Blob` of a browser
/// has. The last of repeated parts counts.
///
/// - **Rejects** with 422 and locations below `["body", name]` if the part is missing, is not JSON or breaks a rule; otherwise as
///   [`File`](super::File). The size of the part is limited by `form_text_bytes`.
/// - **Request**: `POST /photos` with `content-type: multipart/form-data; boundary=…`.
/// - **Document**: a member of the request body, `multipart/form-data`, with the content type `application/json` as its `encoding`.
///
/// ```
/// use avocet::extract::{File, JsonPart};
/// use avocet::prelude::*;
/// use avocet::testing::{TestClient, TestForm};
/// use bytes::Bytes;
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let route = Operation::post("/photos").id("add").handle(
///     (JsonPart::<Vec<u32>>::new("size"), File::<Bytes>::new("photo")),
///     |(size, photo)| async move { format!("{size:?} {}", photo.len()) },
/// );
/// let client = TestClient::new(App::new("Photos", "1.0.0").routes([route]).build()?);
/// let form = TestForm::new().text("size", "[640, 480]").file("photo", "a.png", "image/png", b"PNG");
/// let response = client.post("/photos").multipart(form).send().await;
/// assert_eq!(response.json::<String>().await, "[640, 480] 3");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct JsonPart<T> {
    name: &'static str,
    rules: &'static Rules,
    description: &'static str,
    schema: fn(&mut Schemas) -> Schema,
    read: fn(&mut Reader<'_>, &Location<'_>, &Rules) -> Result<T, Failure>,
    absent: fn() -> Option<T>,
}

impl<T: Input> JsonPart<T> {
    /// Creates the extractor for the part of this name.
    ///
    /// ```
    /// let size = avocet::extract::JsonPart::<Vec<u32>>::new("size");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
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
    /// let size = avocet::extract::JsonPart::<Vec<u32>>::new("size").description("Width and height.");
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
    /// static PAIR: Rules = Rules::own(&[&MaxItems(2)]);
    /// let size = avocet::extract::JsonPart::<Vec<u32>>::new("size").rules(&PAIR);
    /// ```
    pub const fn rules(mut self, rules: &'static Rules) -> Self {
        self.rules = rules;
        self
    }
}

/// [`JsonPart::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T: Send + 'static> Extractor for JsonPart<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        let schema = (self.schema)(&mut operation.schemas);
        let schema = operation.schemas.under(schema, self.rules);
        let required = (self.absent)().is_none();
        let part = Property::new(self.name, schema.describe(self.description), required);
        operation.add_form_file(part);
        if let Some(body) = &mut operation.body {
            body.json_parts.push(self.name.to_owned());
        }
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        let limit = context.form_text_limit();
        let form = context.form().await?;
        if form.is_urlencoded() {
            return Err(context.unsupported("`multipart/form-data`").into());
        }
        let mut sent = form.remove(self.name);
        sent.retain(|value| !matches!(value, FormValue::File(file) if file.is_nothing()));
        let body = Location::root("body");
        let at = body.member(self.name);
        let text = match sent.pop() {
            None => {
                return (self.absent)().ok_or_else(|| {
                    context.errors_mut().add(&at, ValidationError::missing());
                    Rejection::Invalid
                });
            }
            Some(FormValue::Text(text)) => text.into_bytes().into(),
            Some(FormValue::File(file)) if !file.is_json() => {
                let error =
                    ValidationError::new("json_expected", "Input should be JSON, not a file");
                context.errors_mut().add(&at, error);
                return Err(Rejection::Invalid);
            }
            Some(FormValue::File(file)) if file.size() > limit as u64 => {
                return Err(text_too_large(limit).into());
            }
            Some(FormValue::File(file)) => file.bytes().await.map_err(HttpError::internal)?,
        };
        let depth = context.json_depth();
        crate::read::whole(&text, &at, depth, |reader| {
            (self.read)(reader, &at, self.rules)
        })
        .map_err(|errors| {
            context.errors_mut().append(errors);
            Rejection::Invalid
        })
    }
}
