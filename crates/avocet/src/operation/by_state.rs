//! What an operation requires of the states of the application, beside their types.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;

use super::{Operation, StateNeed};

type Describe = dyn Fn(Option<&dyn Any>, &mut Operation) + Send + Sync;

/// What is known of the states that an operation needs.
#[derive(Clone, Default)]
pub(crate) struct ByState {
    missing: Vec<(TypeId, &'static str)>,
    describe: Vec<(TypeId, Arc<Describe>)>,
}

impl ByState {
    /// Returns the message about a state that the application does not have.
    pub(crate) fn missing(&self, state: TypeId) -> Option<&'static str> {
        let mut missing = self.missing.iter();
        missing.find(|(id, _)| *id == state).map(|(_, what)| *what)
    }
}

impl Operation {
    /// Needs a state, with a message of its own for an application that does not have it: the state is one that other code adds, and
    /// nobody would add it with [`App::state`](crate::App::state).
    ///
    /// ```
    /// use avocet::App;
    /// use avocet::operation::Operation;
    ///
    /// /// The state that `Tenants::around` adds.
    /// struct Around;
    ///
    /// let mut operation = Operation::get("/");
    /// operation.need_state::<Around>("the operation takes a tenant: add `Tenants::around` to the application");
    /// let app = App::new("Shop", "1.0.0").routes([operation.handle((), |()| async { 1 })]);
    /// let error = app.build().unwrap_err();
    /// assert_eq!(error.mistakes()[0].what(), "the operation takes a tenant: add `Tenants::around` to the application");
    /// ```
    pub fn need_state<T: Any>(&mut self, missing: &'static str) {
        self.states.push(StateNeed {
            name: "",
            type_id: TypeId::of::<T>(),
            type_name: type_name::<T>(),
        });
        self.by_state.missing.push((TypeId::of::<T>(), missing));
    }

    /// Completes the description when the application is built, with the state of type `T`. It is `None` if the application does not have it,
    /// or makes it at start.
    ///
    /// ```
    /// use avocet::App;
    /// use avocet::operation::Operation;
    ///
    /// #[derive(Clone)]
    /// struct Region(&'static str);
    ///
    /// let mut operation = Operation::get("/").id("home");
    /// operation.describe_with_state::<Region>(|region, operation| {
    ///     operation.description = region.map_or_else(String::new, |region| format!("Served in {}.", region.0));
    /// });
    /// let app = App::new("Shop", "1.0.0").state(Region("Ghent")).routes([operation.handle((), |()| async { 1 })]);
    /// let document = app.build().unwrap().openapi().clone();
    /// assert_eq!(document["paths"]["/"]["get"]["description"], "Served in Ghent.");
    /// ```
    pub fn describe_with_state<T: Any>(
        &mut self,
        describe: impl Fn(Option<&T>, &mut Self) + Send + Sync + 'static,
    ) {
        let describe: Arc<Describe> = Arc::new(move |state, operation| {
            describe(state.and_then(|state| state.downcast_ref()), operation);
        });
        self.by_state.describe.push((TypeId::of::<T>(), describe));
    }

    /// Completes the description with the states that `find` returns.
    pub(crate) fn complete_with_states<'s>(
        &mut self,
        find: impl Fn(TypeId) -> Option<&'s dyn Any>,
    ) {
        for (state, describe) in std::mem::take(&mut self.by_state.describe) {
            describe(find(state), self);
        }
    }
}

impl fmt::Debug for ByState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByState")
            .field("missing", &self.missing)
            .field("describe", &self.describe.len())
            .finish()
    }
}
