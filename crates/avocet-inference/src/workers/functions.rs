//! A model of two functions.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::handle::Workers;
use crate::predictor::{Batch, Predictor};
use crate::replica::Replica;

/// The model of [`batch`]: a function that computes the outputs of a batch.
pub struct BatchFn<I, O> {
    compute: Compute<I, O>,
}

type Compute<I, O> = Box<dyn FnMut(&[I]) -> Result<Vec<O>, BoxError>>;

type BoxError = Box<dyn Error + Send + Sync>;

/// Creates workers from two functions: one that loads the model on each replica, and one that computes the outputs of a batch, in the order of
/// the inputs.
///
/// ```
/// use std::convert::Infallible;
///
/// use avocet_inference::{BatchFn, Workers, workers};
///
/// struct Scale(f32);
///
/// fn scale(scale: &mut Scale, numbers: &[f32]) -> Result<Vec<f32>, Infallible> {
///     Ok(numbers.iter().map(|number| number * scale.0).collect())
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), avocet_inference::InferenceError> {
/// let scaled: Workers<BatchFn<f32, f32>> = workers::batch("scale", |_| Ok(Scale(2.0)), scale);
/// scaled.start().await?;
/// assert_eq!(scaled.run_all(vec![1.0, 2.0]).await?, [2.0, 4.0]);
/// # scaled.stop().await;
/// # Ok(())
/// # }
/// ```
pub fn batch<M, I, O, E>(
    name: impl Into<Arc<str>>,
    load: impl Fn(&Replica) -> Result<M, BoxError> + Send + Sync + 'static,
    compute: impl Fn(&mut M, &[I]) -> Result<Vec<O>, E> + Send + Sync + 'static,
) -> Workers<BatchFn<I, O>>
where
    M: 'static,
    I: Send + 'static,
    O: Send + 'static,
    E: Into<BoxError>,
{
    let compute = Arc::new(compute);
    Workers::new(name, move |replica| {
        let compute = Arc::clone(&compute);
        let compute = move |model: &mut M, inputs: &[I]| compute(model, inputs);
        Ok(BatchFn::new(load(replica)?, compute))
    })
}

impl<I, O> BatchFn<I, O> {
    /// Creates a model that is loaded, for [`swap`](Workers::swap).
    ///
    /// ```
    /// # use std::convert::Infallible;
    /// use avocet_inference::{BatchFn, Workers, workers};
    ///
    /// fn scale(factor: &mut f32, numbers: &[f32]) -> Result<Vec<f32>, Infallible> {
    ///     Ok(numbers.iter().map(|number| number * *factor).collect())
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), avocet_inference::InferenceError> {
    /// let scaled = workers::batch("scale", |_| Ok(2.0), scale);
    /// scaled.start().await?;
    /// scaled.swap(|_| Ok(BatchFn::new(3.0, scale))).await?;
    /// assert_eq!(scaled.run(2.0).await?, 6.0);
    /// # scaled.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<M: 'static, E: Into<BoxError>>(
        mut model: M,
        compute: impl Fn(&mut M, &[I]) -> Result<Vec<O>, E> + 'static,
    ) -> Self {
        Self {
            compute: Box::new(move |inputs| compute(&mut model, inputs).map_err(Into::into)),
        }
    }
}

impl<I: Send + 'static, O: Send + 'static> Predictor for BatchFn<I, O> {
    type Input = I;
    type Output = O;
    type Error = BoxError;

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<O>, BoxError> {
        (self.compute)(batch.inputs())
    }
}

impl<I, O> fmt::Debug for BatchFn<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchFn").finish_non_exhaustive()
    }
}
