//! `Predictor` and `Batch`: a batch of inputs in, an output for each.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{InferenceError, ModelError};
use crate::group::Group;
use crate::pool::{Outcome, ReplicaThread, Work};
use crate::scheduler::Entry;

/// A model that computes an output for each input of a batch.
///
/// Its code is plain blocking Rust. It runs on a thread of its own, never on the async runtime.
///
/// ```
/// use std::convert::Infallible;
///
/// use avocet_inference::{Batch, Predictor, Workers};
///
/// /// Counts words.
/// struct Words;
///
/// impl Predictor for Words {
///     type Input = String;
///     type Output = usize;
///     type Error = Infallible;
///
///     fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<usize>, Infallible> {
///         Ok(batch.inputs().iter().map(|text| text.split_whitespace().count()).collect())
///     }
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), avocet_inference::InferenceError> {
/// let words = Workers::new("words", |_| Ok(Words)).max_batch(16);
/// words.start().await?;
/// assert_eq!(words.run("three short words".to_owned()).await?, 3);
/// # words.stop().await;
/// # Ok(())
/// # }
/// ```
pub trait Predictor: Sized + 'static {
    /// One input.
    type Input: Send + 'static;
    /// The output for an input.
    type Output: Send + 'static;
    /// Why a batch failed.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Returns what an input costs, for example its length in tokens: 1 unless you implement it. Limits in cost, the time of a batch and the
    /// shares of callers use it.
    fn cost(input: &Self::Input) -> u32 {
        let _ = input;
        1
    }

    /// Computes the outputs of a batch, in the order of its inputs, without those that [`Batch::reply`] has sent.
    ///
    /// # Errors
    /// After an error each half of the batch runs again by itself, until only the inputs fail that cannot run. If the inputs were
    /// [taken](Batch::take_inputs), the whole batch fails. For an input that is known to be invalid, use [`Batch::reply`].
    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<Self::Output>, Self::Error>;

    /// Prepares the model before its replica counts as ready, for example by a prediction.
    ///
    /// # Errors
    /// An error counts as a failure to load the model.
    fn warm_up(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// The inputs of one call of [`Predictor::predict`].
pub struct Batch<'a, P: Predictor> {
    /// Empty after they were taken.
    inputs: Vec<P::Input>,
    /// One for each input; `None` after its output was sent.
    replies: Vec<Option<Entry<Reply<P>>>>,
    thread: &'a ReplicaThread<Prediction<P>>,
}

impl<'a, P: Predictor> Batch<'a, P> {
    pub(crate) fn new(
        entries: Vec<Entry<Prediction<P>>>,
        thread: &'a ReplicaThread<Prediction<P>>,
    ) -> Self {
        let mut inputs = Vec::with_capacity(entries.len());
        let mut replies = Vec::with_capacity(entries.len());
        for entry in entries {
            let (Prediction { input, reply }, entry) = entry.take();
            inputs.push(input);
            replies.push(Some(entry.with(reply)));
        }
        Self {
            inputs,
            replies,
            thread,
        }
    }

    /// Returns the inputs.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor};
    /// fn lengths<P: Predictor<Input = String>>(batch: &Batch<'_, P>) -> Vec<usize> {
    ///     batch.inputs().iter().map(String::len).collect()
    /// }
    /// ```
    pub fn inputs(&self) -> &[P::Input] {
        &self.inputs
    }

    /// Takes the inputs. If the prediction then fails, it is not tried again with fewer of them.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor};
    /// fn joined<P: Predictor<Input = Vec<f32>>>(batch: &mut Batch<'_, P>) -> Vec<f32> {
    ///     batch.take_inputs().concat()
    /// }
    /// ```
    pub fn take_inputs(&mut self) -> Vec<P::Input> {
        std::mem::take(&mut self.inputs)
    }

    /// Returns the number of inputs.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor};
    /// fn outputs<P: Predictor<Output = usize>>(batch: &Batch<'_, P>) -> Vec<usize> {
    ///     (0..batch.len()).collect()
    /// }
    /// ```
    #[expect(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.replies.len()
    }

    /// Sends the result of one input now. [`Predictor::predict`] then returns the outputs of the others only.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor};
    /// fn reject_empty<P: Predictor<Input = String>>(batch: &mut Batch<'_, P>) {
    ///     for index in 0..batch.len() {
    ///         if batch.inputs()[index].is_empty() {
    ///             batch.reply(index, Err("the text is empty"));
    ///         }
    ///     }
    /// }
    /// ```
    pub fn reply(
        &mut self,
        index: usize,
        result: Result<P::Output, impl Into<Box<dyn Error + Send + Sync>>>,
    ) {
        if let Some(entry) = self.replies.get_mut(index).and_then(Option::take) {
            self.thread.finished(entry.id, None);
            let Reply { group, index, .. } = entry.value;
            group.reply(
                index,
                result.map_err(|error| InferenceError::Model(ModelError::new(error))),
            );
        }
    }

    /// Returns whether the output of an input is no longer wanted: its caller has left, its deadline has passed, or it was sent. A long
    /// prediction checks it between inputs.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor};
    /// fn wanted<P: Predictor>(batch: &Batch<'_, P>) -> usize {
    ///     (0..batch.len()).filter(|index| !batch.is_cancelled(*index)).count()
    /// }
    /// ```
    pub fn is_cancelled(&self, index: usize) -> bool {
        let Some(Some(entry)) = self.replies.get(index) else {
            return true;
        };
        let is_over = entry
            .deadline
            .is_some_and(|deadline| deadline <= self.thread.now());
        is_over || entry.value.group.is_cancelled()
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.replies.iter().flatten().count()
    }

    /// Returns the entries without an output, unless their inputs were taken.
    pub(crate) fn take_unanswered(&mut self) -> Option<Vec<Entry<Prediction<P>>>> {
        if self.inputs.len() != self.replies.len() {
            return None;
        }
        let pairs = std::mem::take(&mut self.inputs)
            .into_iter()
            .zip(self.replies.drain(..));
        let unanswered = pairs.filter_map(|(input, entry)| {
            let (reply, entry) = entry?.take();
            Some(entry.with(Prediction { input, reply }))
        });
        Some(unanswered.collect())
    }

    /// Sends the outputs of the entries that have none.
    pub(crate) fn send(&mut self, outputs: Vec<P::Output>, run_time: Duration) {
        let started = self.thread.now().saturating_sub(run_time);
        for (entry, output) in self.replies.drain(..).flatten().zip(outputs) {
            let Reply { group, index, .. } = entry.value;
            group.timed(started.saturating_sub(entry.submitted), run_time);
            group.reply(index, Ok(output));
        }
    }

    /// Fails the entries that have no output.
    pub(crate) fn fail(&mut self, error: &ModelError) {
        for entry in self.replies.drain(..).flatten() {
            let Reply { group, index, .. } = entry.value;
            group.reply(index, Err(InferenceError::Model(error.clone())));
        }
    }
}

impl<P: Predictor> fmt::Debug for Batch<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// An input on its way to a replica.
pub struct Prediction<P: Predictor> {
    pub(crate) input: P::Input,
    pub(crate) reply: Reply<P>,
}

/// Where the output of an input is awaited.
pub(crate) struct Reply<P: Predictor> {
    pub(crate) group: Arc<Group<P::Output>>,
    pub(crate) index: usize,
    /// The span of the request.
    pub(crate) span: Option<tracing::Id>,
}

impl<P: Predictor> fmt::Debug for Prediction<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prediction")
            .field("index", &self.reply.index)
            .finish_non_exhaustive()
    }
}

impl<P: Predictor> Work for Prediction<P> {
    fn outcome(&self) -> (Arc<dyn Outcome>, usize) {
        (
            Arc::clone(&self.reply.group) as Arc<dyn Outcome>,
            self.reply.index,
        )
    }
}

impl<O: Send + 'static> Outcome for Group<O> {
    fn fail(&self, index: usize, error: InferenceError) {
        self.reply(index, Err(error));
    }
}
