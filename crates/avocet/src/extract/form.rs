//! `Form`: a field of a form, as text.

use super::form_data::FormValue;
use super::named::{Named, named_source};
use super::origin::Origin;
use super::{Argument, Call, Refusal, Takes, Values};
use crate::operation::Operation;
use crate::read::{Place, Problem, Problems};

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
///   alone is the request body itself.
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
            named: Named::new(name, Origin::Form),
        }
    }
}

named_source!(Form);

impl<T: Send + 'static> Argument for Form<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe_in_form(operation);
    }

    async fn take(&self, call: &mut Call) -> Result<T, Refusal> {
        let form = call.form().await?;
        let mut problems = Problems::default();
        let body = Place::root("body");
        for (name, takes) in self.named.looked_for() {
            let sent = form.values(name).enumerate();
            for (index, _) in sent.filter(|(_, value)| is_file(value)) {
                let field = body.member(name);
                let place = if takes == Takes::All {
                    field.item(index)
                } else {
                    field
                };
                let problem = Problem::new("text_expected", "Input should be text, not a file");
                problems.add(&place, problem);
            }
        }
        if !problems.is_empty() {
            call.problems_mut().append(problems);
            return Err(Refusal::Invalid);
        }
        self.named.take(call)
    }
}

fn is_file(value: &FormValue) -> bool {
    matches!(value, FormValue::File(file) if !file.is_nothing())
}
