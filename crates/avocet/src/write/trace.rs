//! Records the location of a non-finite number in a value. Nothing is recorded before one is found.

use std::cell::{Cell, RefCell};

/// The number, and the segments of its location from the inside out.
#[derive(Debug, Default)]
pub(super) struct Trace {
    number: Cell<Option<f64>>,
    segments: RefCell<Vec<String>>,
}

impl Trace {
    #[cold]
    pub(super) fn found(&self, number: f64) {
        self.number.set(Some(number));
    }

    /// Records that the failure is inside a part of a value.
    #[cold]
    pub(super) fn inside(&self, segment: impl FnOnce() -> String) {
        if self.number.get().is_some() {
            self.segments.borrow_mut().push(segment());
        }
    }

    pub(super) fn message(&self) -> Option<String> {
        let number = self.number.get()?;
        let segments = self.segments.borrow();
        let location: String = segments.iter().rev().map(String::as_str).collect();
        Some(format!(
            "`response{location}` is {number}, which JSON cannot represent: return a finite number, or write \
             `#[field(non_finite = \"null\")]` on the field"
        ))
    }
}
