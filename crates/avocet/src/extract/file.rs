//! `File`: a file of a multipart form.

use std::io;
use std::pin::Pin;

use super::form_data::FormValue;
use super::{Extractor, Rejection, RequestContext, Upload, Uploads};
use crate::model::{OrderedJson, Property, Schema};
use crate::operation::Operation;
use crate::read::{Invalid, Location, ValidationError};
use crate::response::HttpError;
use crate::rules::{Collection, Rules};

/// Extracts a file of a multipart form. `T` is [`Upload`], its `Bytes`, or an `Option` or a `Vec` of these.
///
/// The handler runs after the whole form has arrived; the form's files are held in temporary files beyond 1 MiB in
/// total. The last of repeated files counts; a `Vec` takes all of them. A file input without a chosen file counts as not
/// sent. The size of a file is limited by the route's limit for the whole body, or by its `form_file_bytes`
/// ([`FormLimits`](crate::operation::FormLimits)).
///
/// - **Rejects** with 422 and the location `["body", name]` if the file is missing, breaks a rule, or is text; with 415
///   if the body is not a multipart form, with 400 if it is malformed, truncated or has too many files, with 413 if it
///   is over a limit (see [`Limits`](crate::serve::Limits)).
/// - **Request**: `POST /photos` with `content-type: multipart/form-data; boundary=…` and a part that has a file name.
/// - **Document**: a member of the request body, `multipart/form-data`: a string with the content media type
///   `application/octet-stream`.
///
/// ```
/// use avocet::extract::{File, Upload};
/// use avocet::operation::Operation;
///
/// let route = Operation::post("/photos").handle((File::<Upload>::new("photo"),), |(photo,)| async move { photo.size() });
/// ```
#[derive(Debug)]
pub struct File<T> {
    name: &'static str,
    aliases: &'static [&'static str],
    rules: &'static Rules,
    default: Option<fn() -> T>,
    description: &'static str,
    deprecated: bool,
    schema: fn() -> Schema,
    convert: fn(Vec<Upload>) -> Converted<T>,
    absent: fn() -> Option<T>,
    is_array: fn() -> bool,
    default_json: fn(&T) -> Option<OrderedJson>,
}

/// The future that [`Uploads::from_uploads`] returns.
type Converted<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl<T: Uploads> File<T> {
    /// Creates the extractor for the form field of this name.
    ///
    /// ```
    /// use avocet::extract::{File, Upload};
    ///
    /// let photo = File::<Upload>::new("photo");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            rules: &Rules::NONE,
            default: None,
            description: "",
            deprecated: false,
            schema: T::schema,
            convert: T::from_uploads,
            absent: T::absent,
            is_array: T::is_array,
            default_json: T::default_json,
        }
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// use avocet::extract::{File, Upload};
    ///
    /// let photo = File::<Upload>::new("photo").description("Of the front.");
    /// ```
    pub fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Sets the rules for the number of files.
    ///
    /// ```
    /// use avocet::extract::{File, Upload};
    /// use avocet::rules::{MaxItems, Rules};
    ///
    /// static FEW: Rules = Rules::own(&[&MaxItems(3)]);
    /// let photos = File::<Vec<Upload>>::new("photos").rules(&FEW);
    /// ```
    pub fn rules(mut self, rules: &'static Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Sets the value for a form without this file.
    ///
    /// ```
    /// use avocet::extract::{File, Upload};
    ///
    /// let photos = File::<Vec<Upload>>::new("photos").default(Vec::new);
    /// ```
    pub fn default(mut self, make: fn() -> T) -> Self {
        self.default = Some(make);
        self
    }

    /// Sets further names, used if the first one is absent.
    ///
    /// ```
    /// use avocet::extract::{File, Upload};
    ///
    /// let photo = File::<Upload>::new("photo").aliases(&["picture"]);
    /// ```
    pub fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Marks the file as deprecated in the document.
    ///
    /// ```
    /// use avocet::extract::{File, Upload};
    ///
    /// let photo = File::<Upload>::new("photo").deprecated();
    /// ```
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }
}

/// [`File::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T> File<T> {
    fn when_absent(&self) -> Option<T> {
        self.default.map(|make| make()).or_else(self.absent)
    }

    fn described(&self, operation: &mut Operation) -> Schema {
        let schema = operation.schemas.under((self.schema)(), self.rules);
        let mut schema = schema.describe(self.description);
        let default = self.default.and_then(|make| (self.default_json)(&make()));
        if let Some(default) = default {
            schema.set("default", default);
        }
        if self.deprecated {
            schema.set("deprecated", true);
        }
        schema
    }

    /// Returns the files that were sent; a text adds a validation error.
    fn files(
        &self,
        name: &str,
        sent: Vec<FormValue>,
        context: &mut RequestContext,
    ) -> Result<Vec<Upload>, Invalid> {
        let is_array = (self.is_array)();
        let body = Location::root("body");
        let field = body.member(name);
        let errors = context.errors_mut();
        let mut files = Vec::with_capacity(sent.len());
        let mut outcome = Ok(());
        for (index, value) in sent.into_iter().enumerate() {
            match value {
                FormValue::File(file) => files.push(file),
                FormValue::Text(_) => {
                    let location = if is_array { field.item(index) } else { field };
                    let error =
                        ValidationError::new("file_expected", "Input should be a file, not text");
                    errors.add(&location, error);
                    outcome = Err(Invalid);
                }
            }
        }
        outcome?;
        if is_array {
            self.rules
                .check_items(Collection::List, files.len(), &field, errors)?;
        }
        Ok(files)
    }
}

impl<T: Send + 'static> Extractor for File<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        let schema = self.described(operation);
        let required = self.when_absent().is_none();
        let mut property = Property::new(self.name, schema, required);
        property.aliases = self.aliases.iter().map(|&alias| alias.to_owned()).collect();
        operation.add_form_file(property);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        let form = context.form().await?;
        if form.is_urlencoded() {
            return Err(context.unsupported("`multipart/form-data`").into());
        }
        let nothing =
            |value: &FormValue| matches!(value, FormValue::File(file) if file.is_nothing());
        let names = std::iter::once(self.name).chain(self.aliases.iter().copied());
        let mut found = names.map(|name| {
            let mut sent = form.remove(name);
            sent.retain(|value| !nothing(value));
            (name, sent)
        });
        let Some((name, sent)) = found.find(|(_, sent)| !sent.is_empty()) else {
            return self.when_absent().ok_or_else(|| {
                let body = Location::root("body");
                context
                    .errors_mut()
                    .add(&body.member(self.name), ValidationError::missing());
                Rejection::Invalid
            });
        };
        let files = self.files(name, sent, context)?;
        let taken = (self.convert)(files).await;
        taken.map_err(|error| HttpError::internal(error).into())
    }
}
