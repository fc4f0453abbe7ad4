//! `Workers`: the handle.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use avocet_context::Caller;

use crate::figures::Figures;
use crate::monitor::Monitor;
use crate::pool::{Pool, ReplicaThread, Run, Shape, Shared};
use crate::priority::Priority;
use crate::replica::Replica;
use crate::rung::Rung;
use crate::settings::Settings;

/// The replicas of one model on their threads, and the bounded queue in front of them.
///
/// A value of this type is a handle; a clone is a few pointers. Set the limits first, then call [`start`](Self::start). Dropping the last
/// handle does not stop the replicas; [`stop`](Self::stop) does.
///
/// # Requests
/// The model decides which methods there are: [`run`](Self::run) and [`run_all`](Self::run_all) for a [`Predictor`](crate::Predictor),
/// [`stream`](Self::stream) for a [`Streamer`](crate::Streamer), [`generate`](Self::generate) for a [`Generator`](crate::Generator). They need
/// a tokio runtime with a timer.
///
/// A request inherits the deadline, the caller and the cancellation of the current [`Context`](avocet_context::Context). If its future or
/// stream is dropped, its queue slot is free at once, and the model is notified.
///
/// ```
/// use std::time::Duration;
///
/// use avocet_inference::{Workers, workers};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), avocet_inference::InferenceError> {
/// // A model of two functions: one that loads it, one that computes a batch.
/// let lengths = workers::batch("lengths", |_| Ok(()), |_, texts: &[String]| {
///     Ok::<_, std::convert::Infallible>(texts.iter().map(String::len).collect())
/// });
/// let lengths = lengths.replicas(2).max_batch(32).queue(512).deadline(Duration::from_secs(10));
/// lengths.start().await?;
/// assert_eq!(lengths.run("four".to_owned()).await?, 4);
/// lengths.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct Workers<M> {
    pub(super) pool: Arc<dyn Pool>,
    pub(super) settings: Arc<Settings>,
    pub(super) shape: Shape,
    pub(super) priority: Priority,
    pub(super) caller: Option<Caller>,
    pub(super) deadline: Option<Duration>,
    pub(super) model: PhantomData<fn() -> M>,
}

impl<M> Workers<M> {
    /// Creates the workers of a model, which [`start`](Self::start) loads.
    ///
    /// The function is called once for each replica, on the replica's thread, and again after a panic. The model need not be `Send`.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor};
    /// # struct Embedder;
    /// # impl Embedder {
    /// #     fn load(_: &str, _: usize) -> Result<Self, std::io::Error> { Ok(Self) }
    /// # }
    /// # impl Predictor for Embedder {
    /// #     type Input = String;
    /// #     type Output = Vec<f32>;
    /// #     type Error = std::io::Error;
    /// #     fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<Vec<f32>>, std::io::Error> {
    /// #         Ok(vec![Vec::new(); batch.len()])
    /// #     }
    /// # }
    /// use avocet_inference::Workers;
    ///
    /// let embedder = Workers::new("minilm", |replica| Ok(Embedder::load("model", replica.device())?));
    /// ```
    pub fn new<K>(
        name: impl Into<Arc<str>>,
        load: impl Fn(&Replica) -> Result<M, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self
    where
        M: Rung<K>,
    {
        Self {
            pool: Arc::new(Shared::<M::Work>::new(name.into(), runner::<M, K>(load))),
            settings: Arc::default(),
            shape: M::SHAPE,
            priority: Priority::default(),
            caller: None,
            deadline: None,
            model: PhantomData,
        }
    }

    /// Returns the name of the model.
    ///
    /// ```
    /// # fn log<M>(workers: &avocet_inference::Workers<M>) {
    /// println!("{} is loaded", workers.name());
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        self.pool.name()
    }

    /// Returns what the workers have done and are doing.
    ///
    /// ```
    /// # fn log<M>(workers: &avocet_inference::Workers<M>) {
    /// let figures = workers.figures();
    /// println!("{} wait, {} run, a batch has {:.1} inputs", figures.waiting, figures.running, figures.batch_size.mean());
    /// # }
    /// ```
    pub fn figures(&self) -> Figures {
        self.pool.figures()
    }

    /// Returns a handle that reads the state of the workers, without the type of their model. Its limits are those of this handle.
    ///
    /// ```
    /// # fn log<M>(workers: &avocet_inference::Workers<M>) {
    /// let monitor = workers.monitor();
    /// println!("{} of {} wait", monitor.figures().waiting, monitor.limits().queue);
    /// # }
    /// ```
    pub fn monitor(&self) -> Monitor {
        Monitor {
            pool: Arc::clone(&self.pool),
            settings: Arc::clone(&self.settings),
        }
    }

    /// Returns the pool with the type of its work.
    pub(super) fn shared<K>(&self) -> Arc<Shared<M::Work>>
    where
        M: Rung<K>,
    {
        let pool: Arc<dyn std::any::Any + Send + Sync> = Arc::clone(&self.pool) as _;
        pool.downcast()
            .expect("a model is of one kind, whose work the pool was created for")
    }
}

/// Returns what a replica runs: it loads and prepares the model, then works.
pub(super) fn runner<M: Rung<K>, K>(
    load: impl Fn(&Replica) -> Result<M, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
) -> Run<M::Work> {
    Arc::new(move |spawned| {
        let thread = &ReplicaThread::new(spawned);
        let load = |replica: &Replica| {
            let mut model = load(replica)?;
            model.prepare()?;
            Ok(model)
        };
        thread.run(load, |model: &mut M| model.work(thread));
    })
}

impl<M> Clone for Workers<M> {
    fn clone(&self) -> Self {
        Self {
            pool: Arc::clone(&self.pool),
            settings: Arc::clone(&self.settings),
            shape: self.shape,
            priority: self.priority,
            caller: self.caller.clone(),
            deadline: self.deadline,
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Workers<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers")
            .field("name", &self.name())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
