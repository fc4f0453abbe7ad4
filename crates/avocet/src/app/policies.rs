//! The policies of an application: its own checks of each operation at build.

use std::fmt;

use super::App;
use crate::operation::{Declaration, Operation};

/// The policies in the order in which they were added.
#[derive(Default)]
pub(super) struct Policies(Vec<Policy>);

struct Policy {
    check: Box<Check>,
    declaration: Declaration,
}

type Check = dyn Fn(&Operation) -> Result<(), String> + Send + Sync;

impl App {
    /// Adds a check of each operation at build: its error is a [`BuildError`](crate::BuildError) at the operation.
    ///
    /// Use it for a rule of your own that each route has to follow, such as "a route for one object checks its owner" or "a route that
    /// deletes requires the scope `admin`". The check receives the complete operation, with all that its routers and the application
    /// [require](Self::requires) of it. [`Operation::depends_on`] finds a dependency.
    ///
    /// The operations are those of the application, its routers and its plugins, hidden ones among them; those of the framework, such as
    /// the docs page, are not checked. Several policies all apply.
    ///
    /// ```
    /// use avocet::operation::{Operation, ParameterLocation};
    /// use avocet::prelude::*;
    ///
    /// fn objects_have_owners(operation: &Operation) -> Result<(), String> {
    ///     let has_id = operation.parameters.iter().any(|it| it.source == ParameterLocation::Path);
    ///     if has_id && !operation.depends_on::<own_note>() {
    ///         return Err("it has an id in its path: depend on `own_note`".to_owned());
    ///     }
    ///     Ok(())
    /// }
    ///
    /// /// The note, if it belongs to the caller.
    /// #[dependency]
    /// async fn own_note(#[path] id: u32) -> Result<String, HttpError> {
    ///     if id == 1 { Ok("milk".to_owned()) } else { Err(HttpError::new(StatusCode::NOT_FOUND, "No such note")) }
    /// }
    ///
    /// #[get("/notes/{id}")]
    /// async fn note(#[depends(own_note)] note: String) -> String { note }
    ///
    /// #[delete("/notes/{id}")]
    /// async fn remove(id: u32) {}
    ///
    /// let app = App::new("Notes", "1.0.0").policy(objects_have_owners).routes(routes![note, remove]);
    /// let error = app.build().unwrap_err();
    /// assert_eq!(error.mistakes().len(), 1);
    /// assert!(error.to_string().contains("`DELETE /notes/{id}` breaks the policy"));
    /// assert!(error.to_string().contains("depend on `own_note`"));
    /// ```
    #[track_caller]
    pub fn policy(
        mut self,
        check: impl Fn(&Operation) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.policies.0.push(Policy {
            check: Box::new(check),
            declaration: Declaration::here(),
        });
        self
    }
}

impl Policies {
    /// Notes the mistakes of an operation.
    pub(super) fn check(&self, operation: &mut Operation) {
        for policy in &self.0 {
            if let Err(reason) = (policy.check)(operation) {
                operation.mistakes.push(format!(
                    "`{} {}` breaks the policy at {}: {reason}",
                    operation.method, operation.path, policy.declaration
                ));
            }
        }
    }
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let locations = self.0.iter().map(|it| it.declaration.to_string());
        f.debug_list().entries(locations).finish()
    }
}
