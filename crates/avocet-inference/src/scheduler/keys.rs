//! The callers that have work.

use std::collections::HashMap;

use avocet_context::Caller;

/// Counts of one caller. It is there while the caller has work.
#[derive(Debug)]
pub(super) struct Key {
    caller: Option<Caller>,
    pub(super) queued: usize,
    pub(super) running: usize,
}

/// The callers that have work, by index. Work without a caller has an index as well.
#[derive(Debug, Default)]
pub(super) struct Keys {
    slots: Vec<Option<Key>>,
    free: Vec<usize>,
    by_caller: HashMap<Option<Caller>, usize>,
}

impl Keys {
    /// Returns the index of a caller that has work.
    pub(super) fn find(&self, caller: Option<&Caller>) -> Option<usize> {
        // The map is keyed by an option, so a lookup needs an owned one; a clone is one pointer.
        self.by_caller.get(&caller.cloned()).copied()
    }

    /// Returns the index of a caller, adding it if it had no work.
    pub(super) fn enter(&mut self, caller: Option<&Caller>) -> usize {
        if let Some(index) = self.find(caller) {
            return index;
        }
        let key = Key {
            caller: caller.cloned(),
            queued: 0,
            running: 0,
        };
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[index] = Some(key);
        self.by_caller.insert(caller.cloned(), index);
        index
    }

    /// Returns whether the index was removed, because the caller has no more work.
    pub(super) fn remove_if_idle(&mut self, index: usize) -> bool {
        let idle = self
            .get(index)
            .is_some_and(|key| key.queued + key.running == 0);
        if idle && let Some(key) = self.slots[index].take() {
            self.by_caller.remove(&key.caller);
            self.free.push(index);
        }
        idle
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_caller.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Key> {
        self.slots.get(index)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Key> {
        self.slots.get_mut(index)?.as_mut()
    }

    /// Returns whether the caller has work without a name: then it is not one caller, and limits per caller do not apply.
    pub(super) fn is_anonymous(&self, index: usize) -> bool {
        self.get(index).is_none_or(|key| key.caller.is_none())
    }
}
