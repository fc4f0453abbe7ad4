//! `Path`: a variable of the path template.

use super::named::{Named, named_source};
use super::{Extractor, Rejection, RequestContext};
use crate::input::FromText;
use crate::operation::TextSource;
use crate::operation::{Operation, ParameterLocation};

/// Extracts a variable of the path template, converted to `T`.
///
/// The variable is always present: a path without it does not match the route, which is a 404.
///
/// - **Rejects** with 422 and the location `["path", name]` if the variable is missing, cannot be converted or breaks a
///   rule.
/// - **Request**: `GET /items/7`.
/// - **Document**: a parameter `in: path`, required.
///
/// ```
/// use avocet::extract::Path;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/items/{n}").handle((Path::<u32>::new("n"),), |(n,)| async move { n });
/// ```
#[derive(Debug)]
pub struct Path<T> {
    named: Named<T>,
}

impl<T: FromText> Path<T> {
    /// Creates the extractor for the path variable of this name.
    ///
    /// ```
    /// let n = avocet::extract::Path::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name, TextSource::Parameter(ParameterLocation::Path)),
        }
    }
}

named_source!(Path: FromText);

impl<T: Send + 'static> Extractor for Path<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe(ParameterLocation::Path, operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        self.named.extract(context)
    }
}
