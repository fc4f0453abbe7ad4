//! `Header`: a request header.

use super::named::{Named, hideable_source, named_source};
use super::{Extractor, FromParams, Rejection, RequestContext};
use crate::operation::TextSource;
use crate::operation::{Operation, ParameterLocation};

/// Extracts a request header, converted to `T`.
///
/// Names are compared case-insensitively. A [model](macro@crate::model) takes one header for each of its fields;
/// underscores in field names become hyphens.
///
/// A `Vec` or a set takes a list (RFC 9110, section 5.6.1): the comma-separated values of all lines with the name. Empty
/// values are ignored. A comma inside a quoted string does not separate values, and the quotes are kept: `X-Id: 1, 2`
/// has two values, `If-None-Match: "a,b"` has one. A single value takes the whole last line.
///
/// - **Rejects** with 422 and the location `["header", name]` if the header is missing, cannot be converted or breaks a
///   rule.
/// - **Request**: `GET /items with n: 7`.
/// - **Document**: a parameter `in: header`, or one for each field.
///
/// ```
/// use avocet::extract::Header;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/items").handle((Header::<u32>::new("n"),), |(n,)| async move { n });
/// ```
#[derive(Debug)]
pub struct Header<T> {
    named: Named<T>,
}

impl<T: FromParams> Header<T> {
    /// Creates the extractor for the header of this name.
    ///
    /// ```
    /// let n = avocet::extract::Header::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name, TextSource::Parameter(ParameterLocation::Header)),
        }
    }
}

named_source!(Header);
hideable_source!(Header);

impl<T: Send + 'static> Extractor for Header<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe(ParameterLocation::Header, operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        self.named.extract(context)
    }
}
