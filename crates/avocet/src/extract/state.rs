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
    clone: fn(&RequestContext, &str) -> Option<T>,
    name: &'static str,
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
            clone: |context, name| context.named_state(name).cloned(),
            name: "",
        }
    }

    /// Creates the extractor of a state with a name ([`App::named_state`](crate::App::named_state)).
    ///
    /// ```
    /// use avocet::extract::State;
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let route = Operation::get("/").id("replica").handle((State::<String>::named("replica"),), |(url,)| async { url });
    /// let app = App::new("Two", "1.0.0").state("one".to_owned()).named_state("replica", "two".to_owned()).routes([route]);
    /// let client = TestClient::new(app.build()?);
    /// assert_eq!(client.get("/").send().await.json::<String>().await, "two");
    /// # Ok(())
    /// # }
    /// ```
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            ..Self::new()
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
            name: self.name,
        });
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        (self.clone)(context, self.name).ok_or_else(|| {
            let message = format!(
                "the state of type `{}` is made at start, and the application was not started: use `App::serve`, or `TestClient::start` in a test",
                type_name::<T>()
            );
            Rejection::Error(HttpError::internal(message))
        })
    }
}
