//! `Form`: a field of a form, as text.

use super::form_data::FormValue;
use super::named::{Named, named_source};
use super::text_source::TextSource;
use super::{Arity, Extractor, FromParams, Rejection, RequestContext};
use crate::operation::Operation;
use crate::read::{Location, ValidationError, ValidationErrors};

/// Takes a field of a form, converted to `T` as the text of a query is.
///
/// The form may be urlencoded or multipart; all arguments of a handler that are fields or [files](super::File) share one.
/// Empty text counts as not sent, because that is how browsers send a field that nobody filled in. The last of repeated
/// values counts, a `Vec` or a set takes them all. A [model](macro@crate::model) takes one field of the form for each of its
/// own. Unknown names are ignored, unless such a model refuses them.
///
/// - **Rejects** with 422 and the place `["body", name]` when it is missing, cannot be converted, breaks a rule, or is a
///   file; with 415 when the body is no form, with 400 when it is malformed or has too many fields, with 413 when it is
///   over a limit (see [`Limits`](crate::serve::Limits)).
/// - **Request**: `POST /orders` with `content-type: application/x-www-form-urlencoded` and `n=7`.
/// - **Document**: a member of the request body, `application/x-www-form-urlencoded`; with files `multipart/form-data`. A model
///   alone is the request body itself. A list has an `encoding` that says that its name is repeated.
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
    /// By its name on the wire.
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
