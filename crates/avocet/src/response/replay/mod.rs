//! `Replay`: streams that outlive a connection. A client that reconnects sends the last event id it received and gets the missed events.

mod error;
mod follow;
mod limits;
mod recording;
mod store;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Event;

pub use error::ReplayError;
pub use follow::Followed;
pub use limits::ReplayLimits;
pub use recording::Recorder;

use store::Store;

/// Recorded streams of events, each with a key: a run, a conversation, a job.
///
/// A producer [`record`](Self::record)s in a separate task, so that it continues when a connection is lost. Any number of
/// clients [`follow`](Self::follow), from the beginning or after the event that they send as `Last-Event-ID`, and
/// receive each event as soon as it is published. The id of an event is its number, from 1.
///
/// [`ReplayLimits`] bounds the memory: the oldest events of a stream are removed first. Publishing never waits for a
/// client: if a client is so slow, or was disconnected for so long, that the next event it needs is removed, it receives
/// [`ReplayError::Forgotten`].
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::{Followed, Replay, ReplayError};
/// use avocet::testing::TestClient;
///
/// #[model]
/// struct Token {
///     text: String,
/// }
///
/// /// Start an answer.
/// #[post("/runs/{run}", status = 202)]
/// async fn start(run: String, #[state] runs: Replay<Token>) -> Result<(), ReplayError> {
///     let recorder = runs.record(&run)?;
///     tokio::spawn(async move {
///         for text in ["one", "two", "three"] {
///             recorder.publish(Token { text: text.into() })?;
///         }
///         recorder.finish();
///         Ok::<_, HttpError>(())
///     });
///     Ok(())
/// }
///
/// /// Read an answer, from the beginning or from where the connection was lost.
/// #[get("/runs/{run}")]
/// async fn read(run: String, #[header] last_event_id: Option<String>, #[state] runs: Replay<Token>) -> Followed<Token> {
///     runs.follow(&run, last_event_id.as_deref())
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Runs", "1.0.0").state(Replay::<Token>::default()).routes(routes![start, read]);
/// let client = TestClient::new(app.build()?);
/// client.post("/runs/a").send().await;
///
/// let mut response = client.get("/runs/a").send().await;
/// let first = response.next_event().await.unwrap();
/// assert_eq!((first.id.as_str(), first.data.as_str()), ("1", r#"{"text":"one"}"#));
/// drop(response); // the connection is lost
///
/// let mut response = client.get("/runs/a").header("last-event-id", &first.id).send().await;
/// assert_eq!(response.next_event().await.unwrap().data, r#"{"text":"two"}"#);
/// assert_eq!(response.next_event().await.unwrap().id, "3");
/// assert_eq!(response.next_event().await, None);
/// # Ok(())
/// # }
/// ```
pub struct Replay<T> {
    store: Arc<Store>,
    events: PhantomData<fn(T)>,
}

impl<T> Replay<T> {
    /// Creates an empty store with these limits.
    ///
    /// ```
    /// use avocet::response::{Replay, ReplayLimits, TextData};
    /// use std::time::Duration;
    ///
    /// let runs: Replay<TextData> = Replay::new(ReplayLimits::default().events(100).age(Duration::from_secs(60)));
    /// ```
    pub fn new(limits: ReplayLimits) -> Self {
        Self {
            store: Store::new(limits),
            events: PhantomData,
        }
    }
}

impl<T: Event> Replay<T> {
    /// Begins the stream with this key. It replaces one that has ended already.
    ///
    /// # Errors
    /// [`ReplayError::Recorded`] while the stream with this key is running, [`ReplayError::Full`] when there are as many streams as
    /// the limits allow, none of which has ended.
    ///
    /// ```
    /// use avocet::response::{Replay, ReplayError, TextData};
    ///
    /// let runs: Replay<TextData> = Replay::default();
    /// let recorder = runs.record("a")?;
    /// assert!(matches!(runs.record("a"), Err(ReplayError::Recorded)));
    /// recorder.finish();
    /// assert!(runs.record("a").is_ok());
    /// # Ok::<(), ReplayError>(())
    /// ```
    pub fn record(&self, key: &str) -> Result<Recorder<T>, ReplayError> {
        Ok(Recorder::new(self.store.begin(key)?))
    }

    /// Follows the stream with this key, after the event with the id `last`, which a client sends as `Last-Event-ID`; without
    /// an id, from the beginning.
    pub fn follow(&self, key: &str, last: Option<&str>) -> Followed<T> {
        Followed::new(self.store.get(key), last)
    }
}

impl<T> Default for Replay<T> {
    fn default() -> Self {
        Self::new(ReplayLimits::default())
    }
}

/// Returns a handle to the same streams.
impl<T> Clone for Replay<T> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            events: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("limits", &self.store.limits)
            .finish_non_exhaustive()
    }
}
