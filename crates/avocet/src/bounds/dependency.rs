//! What dependencies return.

use std::any::Any;

use crate::depend::{Dependency, Depends};
use crate::extract::Extractor;
use crate::operation::Operation;
use crate::response::{HttpError, ResponseError};

/// The value of a dependency that others share.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared by all that depend on it",
    label = "not `Clone + Send + Sync`",
    note = "derive `Clone`, or write `#[depends(name, fresh)]` for a value of this argument alone"
)]
pub trait SharedValue: Sized + Send {
    /// Keeps a clone.
    fn keep(&self) -> Box<dyn Any + Send + Sync>;

    /// Returns a clone of what was kept.
    fn find(kept: &dyn Any) -> Option<Self>;

    #[doc(hidden)]
    fn assert_implemented() {}
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> SharedValue for T {
    fn keep(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(self.clone())
    }

    fn find(kept: &dyn Any) -> Option<Self> {
        kept.downcast_ref().cloned()
    }
}

/// The `Result` that a dependency returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a dependency",
    label = "not the result of a dependency",
    note = "a dependency returns a value, or a `Result` with `HttpError` or an enum with `#[errors]`"
)]
pub trait DependencyResult {
    /// The value.
    type Value: Send + 'static;

    /// Describes the errors.
    fn describe(operation: &mut Operation);

    /// Returns the value, or the response to the request.
    ///
    /// # Errors
    /// The error that the dependency has returned.
    fn into_value(self) -> Result<Self::Value, HttpError>;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static, E: ResponseError> DependencyResult for Result<T, E> {
    type Value = T;

    fn describe(operation: &mut Operation) {
        E::describe(operation);
    }

    fn into_value(self) -> Result<T, HttpError> {
        self.map_err(ResponseError::into_error)
    }
}

/// Returns the extractor of a dependency's value, which is shared in a request.
pub fn depends<T: SharedValue, D: Dependency<Value = T>>(
    scopes: &'static [&'static str],
) -> impl Extractor<Value = T> {
    Depends::<D>::shared_by(T::find, T::keep).scopes(scopes)
}

/// Returns the extractor of a dependency's value for one argument alone.
pub fn depends_fresh<T: Send, D: Dependency<Value = T>>(
    scopes: &'static [&'static str],
) -> impl Extractor<Value = T> {
    Depends::<D>::fresh().scopes(scopes)
}

/// Returns the extractor of a value of this type.
pub fn extract_with<T, E: Extractor<Value = T>>(extractor: E) -> E {
    extractor
}
