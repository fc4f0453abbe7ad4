//! The place of a panic, for the page for developers. Debug builds only.

use std::any::Any;
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::panic;
use std::sync::Once;

use crate::report;

/// The last panic of a thread.
struct Last {
    message: String,
    place: String,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// Notes the places of panics from now on. The hook that is set already still runs.
pub(crate) fn note_places() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(ToString::to_string);
            let last = place.map(|place| Last {
                message: report::panic_message(info.payload()),
                place,
            });
            LAST.set(last);
            previous(info);
        }));
    });
}

/// A panic that was caught, with its place.
#[derive(Debug)]
pub(crate) struct PlacedPanic {
    text: String,
    pub(crate) place: String,
}

impl PlacedPanic {
    /// Returns the panic with this payload that was just caught on this thread, described as `text`.
    pub(crate) fn new(text: &str, payload: &(dyn Any + Send)) -> Option<Self> {
        let last = LAST.take()?;
        // `resume_unwind` runs no hook, so the last one may be a different panic.
        (last.message == report::panic_message(payload)).then(|| Self {
            text: text.to_owned(),
            place: last.place,
        })
    }
}

impl fmt::Display for PlacedPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for PlacedPanic {}
