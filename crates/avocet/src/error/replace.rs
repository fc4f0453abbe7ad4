//! Other responses to errors than those in the error format: which ones, the application sets.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::LocalKey;

use avocet_context::Context;

use super::{ErrorContent, ErrorFormat};
use crate::body::Response;

/// Replaces the responses to errors of one request.
pub(crate) trait ReplaceErrors: Send + Sync {
    /// Returns the response to an error with this source.
    fn replace(
        &self,
        error: &ErrorContent<'_>,
        source: Option<&(dyn Error + 'static)>,
        format: ErrorFormat,
    ) -> Replacement;
}

/// What replaces the response to an error.
#[derive(Debug, Default)]
pub(crate) struct Replacement {
    /// The response; `None` is the one in the error format.
    pub(crate) response: Option<Response>,
    /// Whether a request with a different `Accept` would get a different response.
    pub(crate) varies: bool,
}

/// Whether any application of the process replaces responses. Otherwise the context of a request need not be searched.
static IS_USED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether the code that runs now calls an operation itself, so the `Accept` of the request is not about its response.
    static IS_CALLED: Cell<bool> = const { Cell::new(false) };
    /// Whether a replacement is being made. An error in it has the error format, or it could fail for ever.
    static IS_REPLACING: Cell<bool> = const { Cell::new(false) };
}

/// What replaces the responses of a request, an extension of its context.
#[derive(Default)]
struct Replacing(OnceLock<Box<dyn ReplaceErrors>>);

impl fmt::Debug for Replacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replacing").finish_non_exhaustive()
    }
}

/// Replaces the responses to errors in a context.
pub(crate) fn replace_errors(context: &mut Context, by: Box<dyn ReplaceErrors>) {
    IS_USED.store(true, Ordering::Relaxed);
    // The context of a request is new, so nothing is set yet.
    let _ = context.extension::<Replacing>().0.set(by);
}

/// Returns what replaces the response to an error of the current request.
pub(super) fn replacement(error: impl FnOnce(&dyn ReplaceErrors) -> Replacement) -> Replacement {
    if !IS_USED.load(Ordering::Relaxed) || IS_REPLACING.get() {
        return Replacement::default();
    }
    // Not inside `with_current`: what replaces may use the context itself.
    let replacing = Context::with_current(|context| context.known_extension::<Replacing>());
    let replacing = replacing.flatten();
    match replacing.as_ref().and_then(|it| it.0.get()) {
        Some(by) => {
            let _mark = Mark::set(&IS_REPLACING);
            error(&**by)
        }
        None => Replacement::default(),
    }
}

/// Returns whether the current response is for code of the application, which has called an operation inside a request.
pub(crate) fn is_called() -> bool {
    IS_CALLED.get()
}

/// Marks what a function and its future do as a call inside a request.
pub(crate) fn called<T: 'static>(
    start: impl FnOnce() -> Pin<Box<dyn Future<Output = T> + Send>>,
) -> Pin<Box<dyn Future<Output = T> + Send>> {
    if !IS_USED.load(Ordering::Relaxed) {
        return start();
    }
    let mark = Mark::set(&IS_CALLED);
    let mut running = start();
    drop(mark);
    Box::pin(poll_fn(move |context| {
        let _mark = Mark::set(&IS_CALLED);
        running.as_mut().poll(context)
    }))
}

/// A mark of the current thread. It is restored when this is dropped, also by a panic.
struct Mark {
    mark: &'static LocalKey<Cell<bool>>,
    before: bool,
}

impl Mark {
    fn set(mark: &'static LocalKey<Cell<bool>>) -> Self {
        let before = mark.replace(true);
        Self { mark, before }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.mark.set(self.before);
    }
}
