//! `Context`: what travels with a piece of work.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task;

use pin_project_lite::pin_project;

use crate::caller::Caller;
use crate::cancellation::Cancellation;
use crate::deadline::Deadline;
use crate::request_id::RequestId;
use crate::trace::TraceContext;

/// What travels with a piece of work: its request id and trace, its deadline and cancellation, and who it is done for.
///
/// A thread works on one piece at a time, between two polls; then the context is the thread's current one. All code below finds it with
/// [`current`](Self::current), and so do the queues and clients that a handler calls. It does not cross into another task or thread by
/// itself: [`scope`](Self::scope) and [`run`](Self::run) take it there.
///
/// A clone is one pointer, and a context in which nothing is known is none.
///
/// ```
/// use std::time::Duration;
///
/// use avocet_context::{Caller, Context, Deadline};
///
/// fn caller() -> String {
///     Context::current().caller().map_or("none".to_owned(), |caller| caller.to_string())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let context = Context::new()
///     .with_caller(Caller::new("ann"))
///     .with_deadline(Deadline::after(Duration::from_secs(10)));
/// let elsewhere = context.clone();
/// assert_eq!(context.scope(async { caller() }).await, "ann");
/// let thread = std::thread::spawn(move || elsewhere.run(caller));
/// assert_eq!(thread.join().unwrap(), "ann");
/// assert_eq!(caller(), "none");
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Context(Option<Arc<Known>>);

#[derive(Default)]
struct Known {
    request_id: OnceLock<RequestId>,
    trace: Option<TraceContext>,
    deadline: Option<Deadline>,
    cancellation: OnceLock<Cancellation>,
    caller: Option<Caller>,
    /// Values by their types. They are few, so they are searched linearly.
    extensions: Mutex<Vec<Extension>>,
}

type Extension = (TypeId, Arc<dyn Any + Send + Sync>);

impl Known {
    fn extensions(&self) -> MutexGuard<'_, Vec<Extension>> {
        self.extensions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Known {
    fn clone(&self) -> Self {
        Self {
            request_id: self.request_id.clone(),
            trace: self.trace.clone(),
            deadline: self.deadline,
            cancellation: self.cancellation.clone(),
            caller: self.caller.clone(),
            extensions: Mutex::new(self.extensions().clone()),
        }
    }
}

thread_local! {
    /// `None` outside of any piece of work.
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

impl Context {
    /// Creates a context in which nothing is known.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::new().deadline(), None);
    /// ```
    #[inline]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Returns the context of the current work; outside of any, one in which nothing is known.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::current().caller(), None);
    /// ```
    pub fn current() -> Self {
        Self::with_current(|context| {
            // So that what is found out later, such as the request id, is known in the clone as well.
            context.known();
            context.clone()
        })
        .unwrap_or_default()
    }

    /// Calls a function with the context of the current work, if there is any.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::with_current(|context| context.deadline()), None);
    /// ```
    pub fn with_current<R>(look: impl FnOnce(&mut Self) -> R) -> Option<R> {
        CURRENT.with(|current| current.borrow_mut().as_mut().map(look))
    }

    /// Sets the id of the request.
    ///
    /// ```
    /// use avocet_context::{Context, RequestId};
    ///
    /// let context = Context::new().with_request_id(RequestId::parse("order-7").unwrap());
    /// assert_eq!(context.known_request_id().unwrap().to_string(), "order-7");
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.change().request_id = OnceLock::from(id);
        self
    }

    /// Sets the trace.
    ///
    /// ```
    /// use avocet_context::{Context, TraceContext};
    ///
    /// let trace = TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None);
    /// let context = Context::new().with_trace(trace.unwrap());
    /// assert!(context.trace().is_some());
    /// ```
    pub fn with_trace(mut self, trace: TraceContext) -> Self {
        self.change().trace = Some(trace);
        self
    }

    /// Sets the deadline, unless there is an earlier one.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use avocet_context::{Context, Deadline};
    ///
    /// let soon = Deadline::after(Duration::from_secs(1));
    /// let context = Context::new().with_deadline(soon).with_deadline(Deadline::after(Duration::from_secs(9)));
    /// assert_eq!(context.deadline(), Some(soon));
    /// ```
    pub fn with_deadline(mut self, deadline: Deadline) -> Self {
        let known = self.change();
        known.deadline = Some(
            known
                .deadline
                .map_or(deadline, |earlier| earlier.min(deadline)),
        );
        self
    }

    /// Sets the cancellation.
    ///
    /// ```
    /// use avocet_context::{Cancellation, Context};
    ///
    /// let cancellation = Cancellation::new();
    /// let context = Context::new().with_cancellation(cancellation.clone());
    /// cancellation.cancel();
    /// assert!(context.cancellation().is_cancelled());
    /// ```
    pub fn with_cancellation(mut self, cancellation: Cancellation) -> Self {
        self.change().cancellation = OnceLock::from(cancellation);
        self
    }

    /// Sets who the work is done for.
    ///
    /// ```
    /// use avocet_context::{Caller, Context};
    ///
    /// let context = Context::new().with_caller(Caller::new("ann"));
    /// ```
    pub fn with_caller(mut self, caller: Caller) -> Self {
        self.change().caller = Some(caller);
        self
    }

    /// Returns the id of the request, which is generated at the first use.
    ///
    /// ```
    /// let mut context = avocet_context::Context::new();
    /// assert_eq!(context.request_id().clone(), *context.request_id());
    /// ```
    pub fn request_id(&mut self) -> &RequestId {
        self.known().request_id.get_or_init(RequestId::generated)
    }

    /// Returns the id of the request if it was set or used.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::new().known_request_id(), None);
    /// ```
    #[inline]
    pub fn known_request_id(&self) -> Option<&RequestId> {
        self.0.as_ref()?.request_id.get()
    }

    /// Returns the trace of the caller.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::new().trace(), None);
    /// ```
    #[inline]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.0.as_ref()?.trace.as_ref()
    }

    /// Returns the deadline.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::new().deadline(), None);
    /// ```
    pub fn deadline(&self) -> Option<Deadline> {
        self.0.as_ref()?.deadline
    }

    /// Returns the cancellation; without one, a cancellation that nothing cancels.
    ///
    /// ```
    /// assert!(!avocet_context::Context::new().cancellation().is_cancelled());
    /// ```
    pub fn cancellation(&self) -> Cancellation {
        let known = self.0.as_ref();
        known.map_or_else(Cancellation::new, |known| {
            known.cancellation.get_or_init(Cancellation::new).clone()
        })
    }

    /// Returns the cancellation, if it was set or used.
    ///
    /// ```
    /// assert!(avocet_context::Context::new().known_cancellation().is_none());
    /// ```
    #[inline]
    pub fn known_cancellation(&self) -> Option<&Cancellation> {
        self.0.as_ref()?.cancellation.get()
    }

    /// Returns who the work is done for.
    ///
    /// ```
    /// assert_eq!(avocet_context::Context::new().caller(), None);
    /// ```
    pub fn caller(&self) -> Option<&Caller> {
        self.0.as_ref()?.caller.as_ref()
    }

    /// Returns the value of a type that code has attached to this work and its clones, or attaches the default one.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// let mut context = avocet_context::Context::new();
    /// context.extension::<AtomicU32>().fetch_add(1, Ordering::Relaxed);
    /// assert_eq!(context.extension::<AtomicU32>().load(Ordering::Relaxed), 1);
    /// ```
    pub fn extension<T: Any + Send + Sync + Default>(&mut self) -> Arc<T> {
        let mut extensions = self.known().extensions();
        let known = extensions.iter().find(|(id, _)| *id == TypeId::of::<T>());
        let known = known.and_then(|(_, value)| Arc::clone(value).downcast::<T>().ok());
        known.unwrap_or_else(|| {
            let value = Arc::new(T::default());
            extensions.push((TypeId::of::<T>(), Arc::clone(&value) as Arc<_>));
            value
        })
    }

    /// Returns the value of a type that code has attached.
    ///
    /// ```
    /// assert!(avocet_context::Context::new().known_extension::<u32>().is_none());
    /// ```
    pub fn known_extension<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let extensions = self.0.as_ref()?.extensions();
        let (_, value) = extensions.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
        Arc::clone(value).downcast().ok()
    }

    /// Makes this the current context of the thread until the returned value is dropped.
    ///
    /// ```
    /// use avocet_context::{Caller, Context};
    ///
    /// let mut context = Context::new().with_caller(Caller::new("ann"));
    /// let entered = context.enter();
    /// assert_eq!(Context::current().caller(), Some(&Caller::new("ann")));
    /// drop(entered);
    /// assert_eq!(Context::current().caller(), None);
    /// ```
    #[inline]
    pub fn enter(&mut self) -> Entered<'_> {
        let current = std::mem::take(self);
        let before = CURRENT.with(|before| before.replace(Some(current)));
        Entered {
            context: self,
            before,
        }
    }

    /// Runs a future in this context.
    ///
    /// ```
    /// use avocet_context::{Caller, Context};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let context = Context::new().with_caller(Caller::new("ann"));
    /// let task = tokio::spawn(context.scope(async { Context::current().caller().cloned() }));
    /// assert_eq!(task.await.unwrap(), Some(Caller::new("ann")));
    /// # }
    /// ```
    pub fn scope<F: Future>(self, future: F) -> Scope<F> {
        Scope {
            future: Some(future),
            context: self,
        }
    }

    /// Runs a function in this context.
    ///
    /// ```
    /// use avocet_context::{Caller, Context};
    ///
    /// let context = Context::new().with_caller(Caller::new("ann"));
    /// assert_eq!(context.run(|| Context::current().caller().cloned()), Some(Caller::new("ann")));
    /// ```
    pub fn run<R>(mut self, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        work()
    }

    fn known(&mut self) -> &Known {
        self.0.get_or_insert_default()
    }

    /// Returns what is known, to change it here and in no clone.
    fn change(&mut self) -> &mut Known {
        let known = self.0.get_or_insert_default();
        if Arc::get_mut(known).is_none() {
            // Both belong to the same request.
            known.request_id.get_or_init(RequestId::generated);
        }
        Arc::make_mut(known)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.known_request_id())
            .field("deadline", &self.deadline())
            .field("caller", &self.caller())
            .finish_non_exhaustive()
    }
}

/// The guard of [`Context::enter`].
#[derive(Debug)]
pub struct Entered<'a> {
    context: &'a mut Context,
    /// Work can be done inside of other work.
    before: Option<Context>,
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        let before = self.before.take();
        if let Some(context) = CURRENT.with(|current| current.replace(before)) {
            *self.context = context;
        }
    }
}

pin_project! {
    /// The future of [`Context::scope`]. It is also dropped in its context.
    #[derive(Debug)]
    pub struct Scope<F> {
        #[pin]
        future: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for Scope<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _entered = this.context.enter();
            this.future.set(None);
        }
    }
}

impl<F: Future> Future for Scope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, waker: &mut task::Context<'_>) -> task::Poll<F::Output> {
        let this = self.project();
        let _entered = this.context.enter();
        match this.future.as_pin_mut() {
            Some(future) => future.poll(waker),
            // It is emptied by the drop alone.
            None => task::Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_and_what_is_derived_from_it_have_one_request_id() {
        let mut context = Context::new();
        let entered = context.enter();
        let (first, second) = (Context::current(), Context::current());
        let mut derived = first.with_caller(Caller::new("ann"));
        let id = derived.request_id().clone();
        drop(entered);
        assert_eq!(second.known_request_id(), Some(&id));
        assert_eq!(context.known_request_id(), Some(&id));
        assert_eq!(context.caller(), None);
    }

    #[test]
    fn work_inside_of_work_has_its_own_context() {
        let outer = Context::new().with_caller(Caller::new("outer"));
        outer.run(|| {
            let inner = Context::new().with_caller(Caller::new("inner"));
            let seen = inner.run(|| Context::current().caller().cloned());
            assert_eq!(seen, Some(Caller::new("inner")));
            assert_eq!(Context::current().caller(), Some(&Caller::new("outer")));
        });
        assert!(Context::with_current(|_| ()).is_none());
    }

    #[tokio::test]
    async fn a_future_is_dropped_in_its_context() {
        struct Seen(std::sync::Arc<std::sync::Mutex<Option<Caller>>>);
        impl Drop for Seen {
            fn drop(&mut self) {
                *self.0.lock().expect("a lock") = Context::current().caller().cloned();
            }
        }
        let seen = std::sync::Arc::default();
        let guard = Seen(std::sync::Arc::clone(&seen));
        let waiting = Context::new()
            .with_caller(Caller::new("ann"))
            .scope(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
        drop(tokio::time::timeout(std::time::Duration::from_millis(1), waiting).await);
        assert_eq!(*seen.lock().expect("a lock"), Some(Caller::new("ann")));
    }
}
