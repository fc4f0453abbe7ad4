//! `SharedSlot`: one task leaves a value for another.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A slot in which one task leaves a value for another. Clones share it.
///
/// ```
/// let slot = avocet_server::SharedSlot::new();
/// slot.clone().fill(7);
/// assert_eq!((slot.take(), slot.take()), (Some(7), None));
/// ```
pub struct SharedSlot<T>(Arc<Mutex<Option<T>>>);

impl<T> SharedSlot<T> {
    /// Creates an empty slot.
    ///
    /// ```
    /// assert_eq!(avocet_server::SharedSlot::<u32>::new().take(), None);
    /// ```
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Puts a value into the slot. An earlier one is dropped.
    ///
    /// ```
    /// let slot = avocet_server::SharedSlot::new();
    /// slot.fill("a");
    /// slot.fill("b");
    /// assert_eq!(slot.take(), Some("b"));
    /// ```
    pub fn fill(&self, value: T) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = slot.replace(value);
        // Dropping it can wake tasks.
        drop(slot);
        drop(old);
    }

    /// Takes the value out of the slot.
    ///
    /// ```
    /// let slot = avocet_server::SharedSlot::new();
    /// slot.fill(7);
    /// assert_eq!(slot.take(), Some(7));
    /// ```
    pub fn take(&self) -> Option<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    }
}

impl<T> Default for SharedSlot<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for SharedSlot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for SharedSlot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSlot").finish_non_exhaustive()
    }
}
