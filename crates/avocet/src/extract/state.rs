//! `State`: a value set with `App::state`.

use std::any::{TypeId, type_name};

use super::{Extractor, Rejection, RequestContext};
use crate::operation::{Operation, StateNeed};
use crate::response::HttpError;

/// Extracts a clone of the application's state of type `T`.
///
/// - **Rejects** never: an application without that state fails to start.
/// - **Document**: nothing.
///
/// ```
/// use avocet::extract::State;
/// use avocet::operation::Operation;
///
/// let route = Operation::get("/").handle((State::<String>::new(),), |(name,)| async move { name });
/// ```
#[derive(Debug)]
pub struct State<T> {
    clone: fn(&RequestContext) -> Option<T>,
}

impl<T: Clone + Send + Sync + 'static> Default for State<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Clone + Send + Sync + 'static> State<T> {
    /// Creates the extractor; its type determines the value.
    ///
    /// ```
    /// let state = avocet::extract::State::<u32>::new();
    /// ```
    pub const fn new() -> Self {
        Self {
            clone: |context| context.state().cloned(),
        }
    }
}

/// [`State::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T: Send + 'static> Extractor for State<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        operation.states.push(StateNeed {
            type_id: TypeId::of::<T>(),
            type_name: type_name::<T>(),
        });
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        (self.clone)(context).ok_or_else(|| {
            let message = format!("no state of type `{}` was provided", type_name::<T>());
            Rejection::Error(HttpError::internal(message))
        })
    }
}
