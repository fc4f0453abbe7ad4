//! `Spaces`: what belongs to each name, with one lock each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The contents of each namespace or log. The names are those that a program writes in its code, so none is removed.
#[derive(Debug, Default)]
pub(crate) struct Spaces<T>(RwLock<HashMap<String, Arc<Mutex<T>>>>);

impl<T: Default> Spaces<T> {
    /// Runs a function on the contents of a name, under its lock.
    pub(crate) fn with<R>(&self, name: &str, run: impl FnOnce(&mut T) -> R) -> R {
        let space = self.of(name);
        let mut contents = space.lock().unwrap_or_else(PoisonError::into_inner);
        run(&mut contents)
    }

    /// Runs a function on the contents of each name, one after the other, and returns the sum.
    pub(crate) fn sum(&self, mut run: impl FnMut(&mut T) -> u64) -> u64 {
        let spaces = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let spaces: Vec<_> = spaces.values().cloned().collect();
        let counts = spaces.iter().map(|space| {
            let mut contents = space.lock().unwrap_or_else(PoisonError::into_inner);
            run(&mut contents)
        });
        counts.sum()
    }

    fn of(&self, name: &str) -> Arc<Mutex<T>> {
        let spaces = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(space) = spaces.get(name) {
            return space.clone();
        }
        drop(spaces);
        let mut spaces = self.0.write().unwrap_or_else(PoisonError::into_inner);
        spaces.entry(name.to_owned()).or_default().clone()
    }
}
