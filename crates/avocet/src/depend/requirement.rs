//! `Requirement`: a dependency that runs for its effect, before the arguments of a handler.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Dependency, Depends};
use crate::extract::{Extractor, Rejection, RequestContext};
use crate::operation::Operation;

/// A dependency whose value is not used, such as one that checks a role.
///
/// ```
/// use avocet::depend::Requirement;
/// use avocet::prelude::*;
///
/// #[dependency]
/// async fn admin(#[header] x_role: String) -> Result<(), HttpError> {
///     if x_role == "admin" { Ok(()) } else { Err(HttpError::new(StatusCode::FORBIDDEN, "Not an admin")) }
/// }
///
/// let router = Router::new("/admin").requires(Requirement::of::<admin>());
/// ```
#[derive(Clone)]
pub struct Requirement(Arc<dyn Check>);

type Checking<'c> = Pin<Box<dyn Future<Output = Result<(), Rejection>> + Send + 'c>>;

trait Check: Send + Sync {
    fn describe(&self, operation: &mut Operation);
    fn check<'c>(&'c self, context: &'c mut RequestContext) -> Checking<'c>;
}

impl<E: Extractor> Check for E {
    fn describe(&self, operation: &mut Operation) {
        Extractor::describe(self, operation);
    }

    fn check<'c>(&'c self, context: &'c mut RequestContext) -> Checking<'c> {
        Box::pin(async move { self.extract(context).await.map(drop) })
    }
}

impl Requirement {
    /// Requires a dependency.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// # #[dependency]
    /// # async fn admin() {}
    /// let admin = avocet::depend::Requirement::of::<admin>();
    /// ```
    pub fn of<D: Dependency<Value: Clone + Sync>>() -> Self {
        Self(Arc::new(Depends::<D>::shared()))
    }

    /// Requires a dependency with scopes of its security.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// # #[dependency]
    /// # async fn member() {}
    /// let member = avocet::depend::Requirement::with_scopes::<member>(&["rooms:write"]);
    /// ```
    pub fn with_scopes<D: Dependency<Value: Clone + Sync>>(
        scopes: &'static [&'static str],
    ) -> Self {
        Self(Arc::new(Depends::<D>::shared().scopes(scopes)))
    }

    pub(crate) fn describe(&self, operation: &mut Operation) {
        self.0.describe(operation);
    }

    pub(crate) fn check<'c>(&'c self, context: &'c mut RequestContext) -> Checking<'c> {
        self.0.check(context)
    }
}

impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requirement").finish_non_exhaustive()
    }
}
