//! The state of an application, found by type and name.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

/// The states by type; most have no name, which is the empty one.
#[derive(Default)]
pub(crate) struct States {
    values: HashMap<TypeId, Vec<Slot>>,
    mistakes: Vec<String>,
}

struct Slot {
    name: String,
    type_name: &'static str,
    /// Empty until the start has made the state.
    value: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl States {
    /// Adds a state, under a name or under the empty one.
    pub(crate) fn insert<T: Any + Send + Sync>(&mut self, name: &str, value: T) {
        self.add::<T>(
            name,
            OnceLock::from(Box::new(value) as Box<dyn Any + Send + Sync>),
        );
    }

    /// Adds a state that is made at start.
    pub(crate) fn declare<T: Any + Send + Sync>(&mut self) {
        self.add::<T>("", OnceLock::new());
    }

    fn add<T: Any>(&mut self, name: &str, value: OnceLock<Box<dyn Any + Send + Sync>>) {
        let type_name = type_name::<T>();
        let slots = self.values.entry(TypeId::of::<T>()).or_default();
        if slots.iter().any(|slot| slot.name == name) {
            self.mistakes.push(match name {
                "" => format!(
                    "there are two states of type `{type_name}`; name one of them with `App::named_state`"
                ),
                name => format!("there are two states of type `{type_name}` with the name `{name}`"),
            });
            return;
        }
        slots.push(Slot {
            name: name.to_owned(),
            type_name,
            value,
        });
    }

    /// Describes the states that were added twice.
    pub(crate) fn mistakes(&self) -> &[String] {
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

    pub(crate) fn find<T: Any>(&self, name: &str) -> Option<&T> {
        let slots = self.values.get(&TypeId::of::<T>())?;
        let slot = slots.iter().find(|slot| slot.name == name)?;
        slot.value.get()?.downcast_ref()
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
