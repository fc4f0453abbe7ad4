//! `Replacements`: values that a test uses instead of dependencies.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::Dependency;
use crate::extract::RequestContext;

type Make = dyn Fn() -> Box<dyn Any + Send> + Send + Sync;

/// The values of dependencies that a test has replaced, in the extensions of its requests. No request from a connection has them.
#[derive(Clone, Default)]
pub(crate) struct Replacements(Arc<HashMap<TypeId, Arc<Make>>>);

impl Replacements {
    pub(crate) fn add<D: Dependency>(
        &mut self,
        value: impl Fn() -> D::Value + Send + Sync + 'static,
    ) {
        let make: Arc<Make> = Arc::new(move || Box::new(value()));
        Arc::make_mut(&mut self.0).insert(TypeId::of::<D>(), make);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value that replaces a dependency of this request.
    pub(super) fn value_of<D: Dependency>(context: &RequestContext) -> Option<D::Value> {
        let make = context
            .known_extension::<Self>()?
            .0
            .get(&TypeId::of::<D>())?;
        Some(*make().downcast().ok()?)
    }
}

impl fmt::Debug for Replacements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Replacements({})", self.0.len())
    }
}
