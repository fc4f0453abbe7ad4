//! The dependencies of an operation.

use std::any::TypeId;

use super::Operation;

/// A dependency that an operation uses.
#[derive(Clone, Debug)]
pub(crate) struct DependencyUse {
    dependency: TypeId,
    name: &'static str,
    scopes: Vec<&'static str>,
    uses: usize,
    /// Whether one of the uses makes a value of its own.
    fresh: bool,
}

/// A use of a dependency by an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    First,
    /// Shares the value of the first one.
    Shared,
    /// Runs the dependency again.
    Again,
}

impl Operation {
    /// Records the use of a dependency with these further scopes. Only the first use of it with all that are required describes it.
    pub(crate) fn depend_on(
        &mut self,
        dependency: TypeId,
        name: &'static str,
        scopes: &[&'static str],
        fresh: bool,
    ) -> Use {
        let outer = self.enter_scopes(scopes);
        let scopes = self.scopes.clone();
        self.leave_scopes(outer);
        let mut known = self.dependencies.iter_mut();
        match known.find(|it| it.dependency == dependency && it.scopes == scopes) {
            Some(known) => {
                known.uses += 1;
                let again = fresh || known.fresh;
                known.fresh |= fresh;
                if again { Use::Again } else { Use::Shared }
            }
            None => {
                self.dependencies.push(DependencyUse {
                    dependency,
                    name,
                    scopes,
                    uses: 1,
                    fresh,
                });
                Use::First
            }
        }
    }

    /// Records the dependencies of a dependency that runs again.
    pub(crate) fn depend_again(&mut self, describe: impl FnOnce(&mut Self)) {
        // Only the uses are new: the rest of the description is there.
        let mut again = self.clone();
        describe(&mut again);
        self.dependencies = again.dependencies;
    }

    /// Returns the dependencies that are used more than once.
    pub(crate) fn shared_dependencies(&self) -> Vec<TypeId> {
        let shared = self.dependencies.iter().filter(|it| it.uses > 1);
        shared.map(|it| it.dependency).collect()
    }

    /// Returns the names of the dependencies, in the order of their first use.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[dependency]
    /// async fn page(#[query(default = 1)] page: u32) -> u32 { page }
    ///
    /// #[get("/items")]
    /// async fn items(#[depends(page)] page: u32) -> u32 { page }
    ///
    /// let route = routes![items].remove(0);
    /// let names: Vec<_> = route.operation().dependencies().collect();
    /// assert!(names[0].ends_with("page"));
    /// ```
    pub fn dependencies(&self) -> impl Iterator<Item = &'static str> {
        self.dependencies.iter().map(|it| it.name)
    }

    /// Returns whether it uses a dependency: as an argument, as a requirement of it, of a router or of the application, or because one of its
    /// dependencies uses it.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[dependency]
    /// async fn user() -> u32 { 1 }
    ///
    /// #[dependency]
    /// async fn admin(#[depends(user)] user: u32) {}
    ///
    /// #[get("/items", requires(admin))]
    /// async fn items() -> u32 { 1 }
    ///
    /// assert!(routes![items].remove(0).operation().depends_on::<user>());
    /// ```
    pub fn depends_on<D: 'static>(&self) -> bool {
        let dependency = TypeId::of::<D>();
        self.dependencies
            .iter()
            .any(|it| it.dependency == dependency)
    }

    /// Returns the scopes that are required of a security scheme that describes itself now, those of the operation first.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// assert_eq!(Operation::get("/").required_scopes().count(), 0);
    /// ```
    pub fn required_scopes(&self) -> impl Iterator<Item = &'static str> {
        self.scopes.iter().copied()
    }

    /// Adds scopes that are required of the security that is described next, and returns how many there were.
    pub(crate) fn enter_scopes(&mut self, scopes: &[&'static str]) -> usize {
        let before = self.scopes.len();
        for scope in scopes {
            if !self.scopes.contains(scope) {
                self.scopes.push(scope);
            }
        }
        before
    }

    pub(crate) fn leave_scopes(&mut self, before: usize) {
        self.scopes.truncate(before);
    }
}
