//! `Cleanup`: the clean-up of one request.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread;

use avocet_context::Context;
use avocet_server::Background;
use http::StatusCode;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::{Instrument, Span};

use super::Outcome;
use super::body::CleanedBody;
use crate::body::Response;
use crate::error::{ErrorFormat, HttpError};
use crate::report;

type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Before = Box<dyn FnOnce(Outcome) -> Running<Result<(), HttpError>> + Send>;
type After = Box<dyn FnOnce(Outcome) -> Running<()> + Send>;

/// The clean-up of a request, an argument with `#[request]`. See the [module](crate::cleanup) for when it runs.
///
/// ```
/// use avocet::cleanup::Cleanup;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// /// A database transaction.
/// #[derive(Clone)]
/// struct Transaction;
///
/// impl Transaction {
///     async fn commit(self) -> Result<(), HttpError> {
///         Err(HttpError::new(StatusCode::CONFLICT, "The row was changed meanwhile"))
///     }
/// }
///
/// #[dependency]
/// async fn transaction(#[request] cleanup: Cleanup) -> Transaction {
///     cleanup.before_response(|outcome| async move {
///         if outcome.is_success() { Transaction.commit().await } else { Ok(()) }
///     });
///     Transaction
/// }
///
/// #[post("/orders", status = 201)]
/// async fn order(#[depends(transaction)] transaction: Transaction) -> u32 { 1 }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Shop", "1.0.0").routes(routes![order]).build()?);
/// // The commit failed, so the client does not see a 201.
/// assert_eq!(client.post("/orders").send().await.status(), 409);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Cleanup(Arc<Mutex<Hooks>>);

#[derive(Default)]
struct Hooks {
    before: Vec<Before>,
    after: Vec<After>,
    tasks: VecDeque<Running<()>>,
}

impl Cleanup {
    /// Runs `hook` when the handler has returned, before the response head is sent. An error replaces the response, and is the outcome
    /// for the hooks that were added earlier.
    ///
    /// ```
    /// # fn add(cleanup: avocet::cleanup::Cleanup) {
    /// cleanup.before_response(|outcome| async move {
    ///     println!("{outcome:?}");
    ///     Ok(())
    /// });
    /// # }
    /// ```
    pub fn before_response<F, Fut>(&self, hook: F)
    where
        F: FnOnce(Outcome) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), HttpError>> + Send + 'static,
    {
        let hook: Before = Box::new(|outcome| Box::pin(hook(outcome)));
        self.hooks().before.push(hook);
    }

    /// Runs `hook` when the response was sent, or cannot be.
    ///
    /// ```
    /// # fn add(cleanup: avocet::cleanup::Cleanup) {
    /// cleanup.after_response(|outcome| async move { println!("{outcome:?}") });
    /// # }
    /// ```
    pub fn after_response<F, Fut>(&self, hook: F)
    where
        F: FnOnce(Outcome) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let hook: After = Box::new(|outcome| Box::pin(hook(outcome)));
        self.hooks().after.push(hook);
    }

    fn is_empty(&self) -> bool {
        let hooks = self.hooks();
        hooks.before.is_empty() && hooks.after.is_empty() && hooks.tasks.is_empty()
    }

    fn hooks(&self) -> MutexGuard<'_, Hooks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_before(&self) -> Option<Before> {
        self.hooks().before.pop()
    }

    fn next_after(&self) -> Option<After> {
        self.hooks().after.pop()
    }

    /// Runs what comes before the response, and returns the error that replaces it.
    async fn run_before(&self, mut outcome: Outcome) -> Option<HttpError> {
        let mut failed = None;
        // A hook may add hooks.
        while let Some(hook) = self.next_before() {
            if let Err(error) = hook(outcome).await {
                outcome = Outcome::of(error.status());
                failed = Some(error);
            }
        }
        failed
    }

    /// Runs what comes after the response: clean-up first, because it may hold what others wait for.
    async fn run_after(&self, outcome: Outcome) {
        while let Some(hook) = self.next_after() {
            surviving(hook(outcome)).await;
        }
        if !outcome.is_success() {
            return;
        }
        while let Some(task) = self.next_task() {
            surviving(task).await;
        }
    }

    fn next_task(&self) -> Option<Running<()>> {
        self.hooks().tasks.pop_front()
    }

    pub(super) fn add_task(&self, task: Running<()>) {
        self.hooks().tasks.push_back(task);
    }
}

impl fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hooks = self.hooks();
        f.debug_struct("Cleanup")
            .field("before", &hooks.before.len())
            .field("after", &hooks.after.len())
            .field("tasks", &hooks.tasks.len())
            .finish()
    }
}

/// Runs to the end, or to a panic, which is logged.
async fn surviving(mut running: Running<()>) {
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))).unwrap_or_else(
            |payload| {
                let panic = report::panicked("a background task or clean-up", &*payload);
                report::failure(StatusCode::INTERNAL_SERVER_ERROR, &panic);
                Poll::Ready(())
            },
        )
    })
    .await;
}

/// The clean-up of a request that is not over. Dropping it runs all that is left.
#[derive(Debug)]
pub(crate) struct PendingCleanup {
    cleanup: Cleanup,
    background: Background,
    context: Context,
    span: Span,
    /// Whether the rest runs already.
    is_over: bool,
}

impl PendingCleanup {
    pub(crate) fn new(background: Background) -> Self {
        Self {
            cleanup: Cleanup::default(),
            background,
            context: Context::current(),
            span: Span::current(),
            is_over: false,
        }
    }

    pub(crate) fn cleanup(&self) -> &Cleanup {
        &self.cleanup
    }

    /// Runs the clean-up before a response, and leaves that after it to the body.
    pub(crate) async fn finish(self, response: Response, errors: ErrorFormat) -> Response {
        let outcome = Outcome::of(response.status());
        let spawner = self.spawner();
        // A task of its own: a client that disconnects does not cancel it. What is left is dropped with it.
        let before = spawner.spawn(async move {
            let error = self.cleanup.run_before(outcome).await;
            (self, error)
        });
        let error = match before.await {
            Ok(Some((pending, None))) => return pending.attached_to(response),
            Ok(Some((pending, Some(error)))) => {
                return pending.attached_to(error.into_response(errors));
            }
            // At the drain deadline the server cancels what still runs.
            Ok(None) => HttpError::internal("the shutdown has cancelled the clean-up"),
            Err(error) => HttpError::internal(error),
        };
        error.into_response(errors)
    }

    fn attached_to(self, response: Response) -> Response {
        if self.cleanup.is_empty() {
            return response;
        }
        let outcome = Outcome::of(response.status());
        response.map(|body| CleanedBody::wrap(body, self, outcome))
    }

    /// Runs the clean-up after the response.
    pub(super) fn end(mut self, outcome: Outcome) {
        self.is_over = true;
        let cleanup = self.cleanup.clone();
        let running = self.spawner().spawn(async move {
            cleanup.run_after(outcome).await;
        });
        drop(running);
    }

    fn spawner(&self) -> Spawner {
        Spawner {
            background: self.background.clone(),
            context: self.context.clone(),
            span: self.span.clone(),
        }
    }
}

impl Drop for PendingCleanup {
    fn drop(&mut self) {
        // Without a runtime nothing can run any more.
        if self.is_over || self.cleanup.is_empty() || Handle::try_current().is_err() {
            return;
        }
        let outcome = if thread::panicking() {
            Outcome::Panicked
        } else {
            Outcome::Disconnected
        };
        let cleanup = self.cleanup.clone();
        let running = self.spawner().spawn(async move {
            if let Some(error) = cleanup.run_before(outcome).await {
                report::failure(error.status(), &error);
            }
            cleanup.run_after(outcome).await;
        });
        drop(running);
    }
}

/// Starts tasks that belong to a request.
struct Spawner {
    background: Background,
    context: Context,
    span: Span,
}

impl Spawner {
    fn spawn<F>(self, future: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let future = self.context.scope(future).instrument(self.span);
        self.background.detach(future)
    }
}
