//! `Tasks`: work beside a handler that is cancelled when its request ends.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use avocet_context::{CancelOnDrop, Cancellation};
use avocet_server::Background;
use tokio::task::{JoinError, JoinHandle};

use super::Producers;

/// Spawns work that is cancelled when the request ends: an argument with `#[request]`.
///
/// The request ends with its response: when the last byte was passed to the connection, for a stream at its end, or when the
/// client has disconnected. Work that is still running then is cancelled. Clones belong to the same request.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::tasks::Tasks;
///
/// async fn ask(model: &'static str) -> String { format!("{model} says yes") }
///
/// /// Ask two models at once.
/// #[get("/both")]
/// async fn both(#[request] tasks: Tasks) -> Result<Vec<String>, HttpError> {
///     let large = tasks.spawn(ask("the large one"));
///     let small = tasks.spawn(ask("the small one"));
///     Ok(vec![large.await?, small.await?])
/// }
/// # #[avocet::main]
/// # async fn main() {
/// # let client = avocet::testing::TestClient::new(App::new("Both", "1.0.0").routes(routes![both]).build().unwrap());
/// # let responses: Vec<String> = client.get("/both").send().await.json().await;
/// # assert_eq!(responses, ["the large one says yes", "the small one says yes"]);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Tasks {
    cancellation: Cancellation,
    background: Background,
    producers: Producers,
}

impl Tasks {
    /// Creates the tasks of a request, and the guard that cancels them when it is dropped.
    pub(crate) fn new(background: Background, producers: Producers) -> (Self, CancelOnDrop) {
        let cancellation = background.cancellation();
        let guard = cancellation.cancel_on_drop();
        let tasks = Self {
            cancellation,
            background,
            producers,
        };
        (tasks, guard)
    }

    pub(super) fn producers(&self) -> &Producers {
        &self.producers
    }

    /// Spawns a future as a task. It is dropped when the request ends.
    ///
    /// ```
    /// # use avocet::tasks::Tasks;
    /// # async fn handler(tasks: Tasks) {
    /// tasks.spawn(async { println!("beside the handler") });
    /// # }
    /// ```
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let until = self.cancellation.clone();
        Task(self.background.spawn(until, future))
    }

    /// Runs a function on a thread where it may block. It cannot be stopped from outside: it should check its [`Cancellation`]
    /// regularly, and return when that is cancelled.
    ///
    /// ```
    /// # use avocet::tasks::Tasks;
    /// # async fn handler(tasks: Tasks) -> Result<(), avocet::tasks::TaskError> {
    /// let sum = tasks.spawn_blocking(|cancellation| {
    ///     let numbers = 0..1_000_000_u64;
    ///     numbers.take_while(|_| !cancellation.is_cancelled()).sum::<u64>()
    /// });
    /// assert!(sum.await? > 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn spawn_blocking<T, F>(&self, work: F) -> Task<T>
    where
        T: Send + 'static,
        F: FnOnce(&Cancellation) -> T + Send + 'static,
    {
        let cancellation = self.cancellation.clone();
        let work = move || Some(work(&cancellation));
        Task(self.background.spawn_blocking(work))
    }

    /// Returns the [`Cancellation`] of the request, for work that runs elsewhere.
    ///
    /// ```
    /// # use avocet::tasks::Tasks;
    /// # async fn handler(tasks: Tasks) {
    /// let cancellation = tasks.cancellation();
    /// std::thread::spawn(move || while !cancellation.is_cancelled() { /* a token of the answer */ });
    /// # }
    /// ```
    pub fn cancellation(&self) -> Cancellation {
        self.cancellation.clone()
    }
}

/// A handle to wait for the result of a task. Dropping it does not cancel the task.
///
/// ```
/// # use avocet::tasks::{Tasks, TaskError};
/// # async fn handler(tasks: Tasks) -> Result<u32, TaskError> {
/// tasks.spawn(async { 1 + 1 }).await
/// # }
/// ```
#[derive(Debug)]
pub struct Task<T>(JoinHandle<Option<T>>);

impl<T> Future for Task<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(context)) {
            Ok(Some(result)) => Ok(result),
            Ok(None) => Err(TaskError(None)),
            Err(error) => Err(TaskError(Some(error))),
        })
    }
}

/// The error of a task without a result. In a handler, `?` converts it to a 500.
///
/// ```
/// fn is_a_defect(error: &avocet::tasks::TaskError) -> bool {
///     error.is_panic()
/// }
/// ```
#[derive(Debug)]
pub struct TaskError(Option<JoinError>);

impl TaskError {
    /// Returns whether the task panicked. If not, it was cancelled.
    ///
    /// ```
    /// # fn shown(error: &avocet::tasks::TaskError) -> &'static str {
    /// if error.is_panic() { "a defect" } else { "the waiting task has ended" }
    /// # }
    /// ```
    pub fn is_panic(&self) -> bool {
        self.0.as_ref().is_some_and(JoinError::is_panic)
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_panic() {
            "a task of the handler panicked"
        } else {
            "the task was cancelled, because its request has ended"
        })
    }
}

impl Error for TaskError {}
