//! `Cookie`: a cookie.

use super::named::{Named, hideable_source, named_source};
use super::{Extractor, FromParams, Rejection, RequestContext};
use crate::operation::TextSource;
use crate::operation::{Operation, ParameterLocation};

/// Extracts a cookie, converted to `T`.
///
/// The last of repeated cookies counts; a `Vec` or a set takes all of them. A [model](macro@crate::model) takes one
/// cookie for each of its fields.
///
/// - **Rejects** with 422 and the location `["cookie", name]` if the cookie is missing, cannot be converted or breaks a
///   rule.
/// - **Request**: `GET /items with Cookie: n=7`.
/// - **Document**: a parameter `in: cookie`, or one for each field.
///
/// ```
/// use avocet::extract::Cookie;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/items").handle((Cookie::<u32>::new("n"),), |(n,)| async move { n });
/// ```
#[derive(Debug)]
pub struct Cookie<T> {
    named: Named<T>,
}

impl<T: FromParams> Cookie<T> {
    /// Creates the extractor for the cookie of this name.
    ///
    /// ```
    /// let n = avocet::extract::Cookie::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name, TextSource::Parameter(ParameterLocation::Cookie)),
        }
    }
}

named_source!(Cookie);
hideable_source!(Cookie);

impl<T: Send + 'static> Extractor for Cookie<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe(ParameterLocation::Cookie, operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        self.named.extract(context)
    }
}
