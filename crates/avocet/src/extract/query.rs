//! `Query`: a parameter of the query string.

use super::named::{Named, hideable_source, named_source};
use super::{Extractor, FromParams, Rejection, RequestContext};
use crate::operation::TextSource;
use crate::operation::{Operation, ParameterLocation};

/// Extracts a parameter of the query string, converted to `T`.
///
/// The last of repeated values counts; a `Vec` or a set takes all of them. A [model](macro@crate::model) takes one
/// parameter for each of its fields, by the field's name; the argument's own name is not used. Unknown names are
/// ignored, unless the model rejects them.
///
/// - **Rejects** with 422 and the location `["query", name]` if the parameter is missing, cannot be converted or breaks
///   a rule.
/// - **Request**: `GET /items?n=7`.
/// - **Document**: a parameter `in: query`, or one for each field.
///
/// ```
/// use avocet::extract::Query;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/items").handle((Query::<u32>::new("n"),), |(n,)| async move { n });
/// ```
#[derive(Debug)]
pub struct Query<T> {
    named: Named<T>,
}

impl<T: FromParams> Query<T> {
    /// Creates the extractor for the query parameter of this name.
    ///
    /// ```
    /// let n = avocet::extract::Query::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name, TextSource::Parameter(ParameterLocation::Query)),
        }
    }
}

named_source!(Query);
hideable_source!(Query);

impl<T: Send + 'static> Extractor for Query<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe(ParameterLocation::Query, operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        self.named.extract(context)
    }
}
