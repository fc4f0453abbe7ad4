//! `Path`: a variable of the path template.

use super::named::{Named, named_source};
use super::origin::Origin;
use super::{Argument, Call, Refusal};
use crate::operation::{Operation, Source};
use crate::read::Text;

/// Takes a variable of the path template, converted to `T`.
///
/// It is always there: a path without it is another path, which is a 404.
///
/// - **Rejects** with 422 and the place `["path", name]` when it is missing, cannot be converted or breaks a rule.
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

impl<T: Text> Path<T> {
    /// By its name on the wire.
    ///
    /// ```
    /// let n = avocet::extract::Path::<u32>::new("n");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            named: Named::new(name, Origin::Parameter(Source::Path)),
        }
    }
}

named_source!(Path: Text);

impl<T: Send + 'static> Argument for Path<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        self.named.describe(Source::Path, operation);
    }

    async fn take(&self, call: &mut Call) -> Result<T, Refusal> {
        self.named.take(call)
    }
}
