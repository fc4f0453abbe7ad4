//! `Tasks::produce`: a stream whose items are produced on a thread.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use futures_core::Stream;
use http::StatusCode;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

use super::Tasks;
use crate::report;
use crate::response::HttpError;

impl Tasks {
    /// Returns a stream of the items that a function sends. The function runs on a dedicated thread, where it may block and compute.
    ///
    /// At most `ahead` items are buffered (at least one): then the function waits for the client. When the client has disconnected, or
    /// the stream is dropped for another reason, the next `send` fails, and `?` ends the function. An error that it returns is
    /// the stream's last item; a panic is resumed in the reader of the stream, and aborts the response.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::tasks::Tasks;
    ///
    /// #[model]
    /// struct Token { text: String }
    ///
    /// /// Say something, word by word.
    /// #[get("/say")]
    /// async fn say(#[query] text: String, #[request] tasks: Tasks) -> Result<Sse<Token>, HttpError> {
    ///     Ok(Sse::new(tasks.produce(32, move |tokens| {
    ///         for word in text.split(' ') {
    ///             // Here a model would compute, for as long as it takes.
    ///             tokens.send(Token { text: word.to_owned() })?;
    ///         }
    ///         Ok(())
    ///     })?))
    /// }
    /// # #[avocet::main]
    /// # async fn main() {
    /// # let client = avocet::testing::TestClient::new(App::new("Say", "1.0.0").routes(routes![say]).build().unwrap());
    /// # let mut response = client.get("/say?text=one+two").send().await;
    /// # assert_eq!(response.next_event().await.unwrap().data, r#"{"text":"one"}"#);
    /// # assert_eq!(response.next_event().await.unwrap().data, r#"{"text":"two"}"#);
    /// # assert_eq!(response.next_event().await, None);
    /// # }
    /// ```
    ///
    /// # Errors
    /// A 503 if the application has as many producers as the limit [`producers`](crate::serve::Limits::producers)
    /// allows, or the system cannot create a thread. A function counts until it returns, even if its stream was dropped.
    ///
    /// # Panics
    /// If called outside a tokio runtime.
    pub fn produce<T, E, F>(&self, ahead: usize, work: F) -> Result<Produced<T, E>, HttpError>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: FnOnce(&Producer<T, E>) -> Result<(), E> + Send + 'static,
    {
        let Some(location) = self.producers().admit() else {
            report::limit_hit("producers");
            return Err(busy());
        };
        let (sender, items) = mpsc::channel(ahead.max(1));
        let (report, end) = oneshot::channel();
        let runtime = Handle::current();
        // Not one of the runtime's blocking threads: those are for short work, and a stream may live long.
        let thread = thread::Builder::new().name("avocet-producer".to_owned());
        let started = thread.spawn(move || {
            let _runtime = runtime.enter();
            let producer = Producer(sender);
            let run = || {
                if let Err(error) = work(&producer) {
                    // This fails only if the stream was dropped.
                    let _ = producer.0.blocking_send(Err(error));
                }
            };
            // After a panic only the channel is used, to close it.
            let outcome = catch_unwind(AssertUnwindSafe(run));
            drop(location);
            drop(producer);
            let _ = report.send(outcome);
        });
        match started {
            Ok(_) => Ok(Produced {
                items,
                end: Some(end),
            }),
            Err(error) => {
                let error = format_args!("no thread for a producer: {error}").to_string();
                report::failure(StatusCode::SERVICE_UNAVAILABLE, &error);
                Err(busy())
            }
        }
    }
}

fn busy() -> HttpError {
    HttpError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Too many streams are being produced",
    )
}

/// The sender for the function of [`Tasks::produce`].
///
/// ```
/// use avocet::response::HttpError;
/// use avocet::tasks::Producer;
///
/// fn count(numbers: &Producer<u32, HttpError>) -> Result<(), HttpError> {
///     for number in 0..3 {
///         numbers.send(number)?;
///     }
///     Ok(())
/// }
/// ```
pub struct Producer<T, E>(Sender<Result<T, E>>);

impl<T, E> Producer<T, E> {
    /// Sends an item; blocks while the buffer is full.
    ///
    /// # Errors
    /// [`Disconnected`] if the stream was dropped, because the client has disconnected. Return it with `?`; it is not reported.
    ///
    /// ```
    /// # use avocet::tasks::{Disconnected, Producer};
    /// # fn one<E>(numbers: &Producer<u32, E>) -> Result<(), Disconnected> {
    /// numbers.send(1)
    /// # }
    /// ```
    pub fn send(&self, item: T) -> Result<(), Disconnected> {
        self.0.blocking_send(Ok(item)).map_err(|_| Disconnected)
    }

    /// Returns whether the stream was dropped: check it between two items that take long to produce.
    ///
    /// ```
    /// # use avocet::tasks::Producer;
    /// # fn goes_on<T, E>(producer: &Producer<T, E>) -> bool {
    /// !producer.is_gone()
    /// # }
    /// ```
    pub fn is_gone(&self) -> bool {
        self.0.is_closed()
    }
}

impl<T, E> fmt::Debug for Producer<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").finish_non_exhaustive()
    }
}

/// The error of [`Producer::send`] when the stream was dropped.
///
/// ```
/// assert_eq!(avocet::tasks::Disconnected.to_string(), "the client no longer reads the stream");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client no longer reads the stream")
    }
}

impl Error for Disconnected {}

/// The stream that [`Tasks::produce`] returns. Dropping it ends the function at its next `send`.
///
/// ```
/// use avocet::response::HttpError;
/// use avocet::tasks::{Produced, Tasks};
///
/// fn one(tasks: &Tasks) -> Result<Produced<u32, String>, HttpError> {
///     tasks.produce(1, |numbers| numbers.send(1).map_err(|gone| gone.to_string()))
/// }
/// ```
pub struct Produced<T, E> {
    items: Receiver<Result<T, E>>,
    /// The outcome of the function; `None` once it was handled.
    end: Option<oneshot::Receiver<thread::Result<()>>>,
}

impl<T, E> Stream for Produced<T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(item) = ready!(self.items.poll_recv(context)) {
            return Poll::Ready(Some(item));
        }
        // The channel is also closed after a panic, but then the stream must not end cleanly.
        if let Some(end) = &mut self.end {
            let outcome = ready!(Pin::new(end).poll(context));
            self.end = None;
            if let Ok(Err(panic)) = outcome {
                resume_unwind(panic);
            }
        }
        Poll::Ready(None)
    }
}

impl<T, E> fmt::Debug for Produced<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Produced").finish_non_exhaustive()
    }
}
