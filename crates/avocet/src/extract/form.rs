//! `Form`: a text field of a form.

use super::form_data::FormValue;
use super::named::{Named, named_source};
use super::{Arity, Extractor, FromParams, Rejection, RequestContext};
use crate::operation::Operation;
use crate::operation::TextSource;
use crate::read::{Location, ValidationError, ValidationErrors};

/// Extracts a field of a form, converted to `T` as the text of a query is.
///
/// The form may be urlencoded or multipart; all `Form` and [`File`](super::File) extractors of a handler share one form.
/// Empty text counts as not sent, because browsers send empty text for a field that was left blank. The last of repeated
/// values counts; a `Vec` or a set takes all of them. A [model](macro@crate::model) takes one form field for each of its
/// fields. Unknown names are ignored, unless the model rejects them.
///
/// - **Rejects** with 422 and the location `["body", name]` if the field is missing, cannot be converted, breaks a rule,
///   or is a file; with 415 if the body is not a form, with 400 if it is malformed or has too many fields, with 413 if
///   it is over a limit (see [`Limits`](crate::serve::Limits)).
/// - **Request**: `POST /orders` with `content-type: application/x-www-form-urlencoded` and `n=7`.
/// - **Document**: a member of the request body, `application/x-www-form-urlencoded`; with files `multipart/form-data`.
///   If the only extractor is a model, it is the request body itself. A list has an `encoding` that declares its name as
///   repeated.
///
/// ```
/// use avocet::extract::Form;
/// use avocet::operation::Operation;
///
/// let route = Operation::post("/orders").handle((Form::<u32>::new("n"),), |(n,)| async move { n });
/// ```
#[derive(Debug)]
pub struct Form<T> {
    named: Named<T>,
}

impl<T: FromParams> Form<T> {
    /// Creates the extractor for the form field of this name.
    ///
    /// ```
    /// let n = avocet::extract::Form::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name, TextSource::Form),
        }
    }
}

named_source!(Form);

impl<T: Send + 'static> Extractor for Form<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe_in_form(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        let form = context.form().await?;
        let mut errors = ValidationErrors::default();
        let body = Location::root("body");
        for (name, arity) in self.named.names_and_arity() {
            let sent = form.values(name).enumerate();
            for (index, _) in sent.filter(|(_, value)| is_file(value)) {
                let field = body.member(name);
                let location = if arity == Arity::All {
                    field.item(index)
                } else {
                    field
                };
                let error =
                    ValidationError::new("text_expected", "Input should be text, not a file");
                errors.add(&location, error);
            }
        }
        if !errors.is_empty() {
            context.errors_mut().append(errors);
            return Err(Rejection::Invalid);
        }
        self.named.extract(context)
    }
}

fn is_file(value: &FormValue) -> bool {
    matches!(value, FormValue::File(file) if !file.is_nothing())
}
