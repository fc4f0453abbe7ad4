//! `Form`: a field of a form, as text.

use super::form_data::FormValue;
use super::named::{Named, named_source};
use super::{Argument, Call, Refusal, Values};
use crate::operation::Operation;
use crate::read::{Place, Problem};

/// Takes a field of a form, converted to `T` as the text of a query is.
///
/// The form may be urlencoded or multipart; all arguments of a handler that are fields or [files](super::File) share one.
/// Empty text counts as not sent, because that is how browsers send a field that nobody filled in. The last of repeated
/// values counts, a `Vec` takes them all. Unknown names are ignored.
///
/// - **Rejects** with 422 and the place `["body", name]` when it is missing, cannot be converted, breaks a rule, or is a
///   file; with 415 when the body is no form, with 400 when it is malformed or has too many fields, with 413 when it is
///   over a limit (see [`Limits`](crate::serve::Limits)).
/// - **Request**: `POST /orders` with `content-type: application/x-www-form-urlencoded` and `n=7`.
/// - **Document**: a member of the request body, `application/x-www-form-urlencoded`; with files `multipart/form-data`.
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

impl<T: Values> Form<T> {
    /// By its name on the wire.
    ///
    /// ```
    /// let n = avocet::extract::Form::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name),
        }
    }
}

named_source!(Form);

impl<T: Send + 'static> Argument for Form<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        let property = self.named.property(&mut operation.schemas);
        operation.add_form_field(property);
    }

    async fn take(&self, call: &mut Call) -> Result<T, Refusal> {
        let form = call.form().await?;
        let is_list = self.named.is_list();
        let mut files = Vec::new();
        for name in self.named.names() {
            let sent = form.values(name).enumerate();
            files.extend(
                sent.filter(|(_, value)| is_file(value))
                    .map(|(index, _)| (name, index)),
            );
        }
        if !files.is_empty() {
            let body = Place::root("body");
            for (name, index) in files {
                let field = body.member(name);
                let place = if is_list { field.item(index) } else { field };
                let problem = Problem::new("text_expected", "Input should be text, not a file");
                call.problems_mut().add(&place, problem);
            }
            return Err(Refusal::Invalid);
        }
        self.named.take("body", call, |call, name| {
            let mut texts = call.form_texts(name);
            if !is_list && texts.last().is_some_and(|text| text.is_empty()) {
                texts.clear();
            }
            texts
        })
    }
}

fn is_file(value: &FormValue) -> bool {
    matches!(value, FormValue::File(file) if !file.is_nothing())
}
