//! The state of an application, found by type and name.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use crate::operation::{Declaration, Mistake};

/// The states by type; most have no name, which is the empty one.
#[derive(Default)]
pub(crate) struct States {
    values: HashMap<TypeId, Vec<Slot>>,
    mistakes: Vec<Mistake>,
}

/// Where a state comes from.
pub(crate) struct StateOrigin {
    /// The name of the component that is the state.
    component: Option<String>,
    declaration: Declaration,
}

impl StateOrigin {
    /// Returns the origin of a state that the caller adds.
    #[track_caller]
    pub(crate) fn here() -> Self {
        Self {
            component: None,
            declaration: Declaration::here(),
        }
    }

    /// Returns the origin of a component that the caller adds.
    #[track_caller]
    pub(crate) fn component(name: &str) -> Self {
        Self {
            component: Some(name.to_owned()),
            ..Self::here()
        }
    }
}

struct Slot {
    name: String,
    origin: StateOrigin,
    type_name: &'static str,
    /// Empty until the start has made the state.
    value: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl States {
    /// Adds a state, under a name or under the empty one.
    pub(crate) fn insert<T: Any + Send + Sync>(
        &mut self,
        name: &str,
        value: T,
        origin: StateOrigin,
    ) {
        self.add::<T>(
            name,
            origin,
            OnceLock::from(Box::new(value) as Box<dyn Any + Send + Sync>),
        );
    }

    /// Adds a state that is made at start.
    pub(crate) fn declare<T: Any + Send + Sync>(&mut self, origin: StateOrigin) {
        self.add::<T>("", origin, OnceLock::new());
    }

    fn add<T: Any>(
        &mut self,
        name: &str,
        origin: StateOrigin,
        value: OnceLock<Box<dyn Any + Send + Sync>>,
    ) {
        let type_name = type_name::<T>();
        let slots = self.values.entry(TypeId::of::<T>()).or_default();
        if let Some(earlier) = slots.iter().find(|slot| slot.name == name) {
            let what = twice(type_name, name, &earlier.origin, &origin);
            let locations = [&earlier.origin, &origin].map(|it| it.declaration.to_string());
            self.mistakes.push(Mistake::at(what, locations));
            return;
        }
        slots.push(Slot {
            name: name.to_owned(),
            origin,
            type_name,
            value,
        });
    }

    /// Describes the states that were added twice.
    pub(crate) fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    pub(crate) fn contains(&self, id: TypeId, name: &str) -> bool {
        let slots = self.values.get(&id);
        slots.is_some_and(|slots| slots.iter().any(|slot| slot.name == name))
    }

    /// Sets a state that was declared.
    pub(crate) fn provide<T: Any + Send + Sync>(&self, value: T) {
        let slots = self.values.get(&TypeId::of::<T>());
        let slot = slots.and_then(|slots| slots.iter().find(|slot| slot.name.is_empty()));
        if let Some(slot) = slot {
            // The steps run once.
            let _ = slot.value.set(Box::new(value));
        }
    }

    /// Returns the state of a type without a name, if it is there.
    pub(crate) fn of_type(&self, id: TypeId) -> Option<&dyn Any> {
        let slots = self.values.get(&id)?;
        let slot = slots.iter().find(|slot| slot.name.is_empty())?;
        slot.value.get().map(|value| &**value as &dyn Any)
    }

    pub(crate) fn find<T: Any>(&self, name: &str) -> Option<&T> {
        let slots = self.values.get(&TypeId::of::<T>())?;
        let slot = slots.iter().find(|slot| slot.name == name)?;
        slot.value.get()?.downcast_ref()
    }
}

/// Describes two states of the same type and name.
fn twice(type_name: &str, name: &str, earlier: &StateOrigin, later: &StateOrigin) -> String {
    match (name, &earlier.component, &later.component) {
        ("", Some(earlier), Some(later)) => format!(
            "the components `{earlier}` and `{later}` have the same type `{type_name}`, and a component is also a state; wrap one of them in its own type"
        ),
        ("", Some(component), None) | ("", None, Some(component)) => format!(
            "the component `{component}` is also a state, and there is a second state of its type `{type_name}`; name that one with `App::named_state`"
        ),
        ("", None, None) => format!(
            "there are two states of type `{type_name}`; name one of them with `App::named_state`"
        ),
        (name, _, _) => {
            format!(
                "there are two states of type `{type_name}` with the name `{name}`; rename one of them"
            )
        }
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slots = self.values.values().flatten();
        f.debug_set()
            .entries(slots.map(|slot| slot.type_name))
            .finish()
    }
}
