//! Requests to a predictor.

use std::sync::Arc;

use super::call::{Call, Slots};
use super::handle::Workers;
use crate::error::InferenceError;
use crate::group::Group;
use crate::meters::Meters;
use crate::predictor::{Prediction, Predictor, Reply};
use crate::rung::OfPredictor;
use crate::timings::Timings;

type Results<O> = Vec<Option<Result<O, InferenceError>>>;

/// # Requests to a [`Predictor`]
impl<P: Predictor> Workers<P> {
    /// Computes the output of one input, in a batch with others.
    ///
    /// # Errors
    /// Fails if a limit is reached, the deadline passes, or the model fails.
    ///
    /// ```
    /// # use avocet_inference::{InferenceError, Predictor, Workers};
    /// # async fn embed<P: Predictor<Input = String, Output = Vec<f32>>>(model: Workers<P>) -> Result<(), InferenceError> {
    /// let vector = model.run("a sentence".to_owned()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(&self, input: P::Input) -> Result<P::Output, InferenceError> {
        let results = self.results(vec![input], true).await?;
        results
            .into_iter()
            .flatten()
            .next()
            .unwrap_or(Err(InferenceError::Cancelled))
    }

    /// Computes the outputs of several inputs, in their order. They count as that many inputs in each limit, and are accepted together or not
    /// at all. They may run in different batches and replicas.
    ///
    /// # Errors
    /// Fails if a limit is reached, the deadline passes, or with the first error of an input. The other inputs are then cancelled.
    ///
    /// ```
    /// # use avocet_inference::{InferenceError, Predictor, Workers};
    /// # async fn embed<P: Predictor<Input = String, Output = Vec<f32>>>(model: Workers<P>, texts: Vec<String>) -> Result<(), InferenceError> {
    /// let vectors = model.run_all(texts).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_all(&self, inputs: Vec<P::Input>) -> Result<Vec<P::Output>, InferenceError> {
        let results = self.results(inputs, true).await?;
        let error = |results: &Results<P::Output>| {
            results
                .iter()
                .flatten()
                .find_map(|result| result.as_ref().err().cloned())
        };
        match error(&results) {
            Some(error) => Err(error),
            None => Ok(results.into_iter().flatten().flatten().collect()),
        }
    }

    /// Computes the outputs of several inputs as [`run_all`](Self::run_all) does, but returns a result for each.
    ///
    /// # Errors
    /// Fails if a limit is reached or the deadline passes.
    ///
    /// ```
    /// # use avocet_inference::{InferenceError, Predictor, Workers};
    /// # async fn embed<P: Predictor<Input = String, Output = Vec<f32>>>(model: Workers<P>, texts: Vec<String>) -> Result<(), InferenceError> {
    /// for result in model.run_each(texts).await? {
    ///     println!("{}", if result.is_ok() { "embedded" } else { "failed" });
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_each(
        &self,
        inputs: Vec<P::Input>,
    ) -> Result<Vec<Result<P::Output, InferenceError>>, InferenceError> {
        let results = self.results(inputs, false).await?;
        Ok(results.into_iter().flatten().collect())
    }

    async fn results(
        &self,
        inputs: Vec<P::Input>,
        fail_fast: bool,
    ) -> Result<Results<P::Output>, InferenceError> {
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let shared = self.shared::<OfPredictor>();
        let (
            Call {
                deadline,
                cancellation,
                ..
            },
            request,
        ) = self.call(&shared);
        let group = Arc::new(Group::new(inputs.len(), fail_fast));
        let span = tracing::Span::current().id();
        let inputs = inputs.into_iter().enumerate().map(|(index, input)| {
            let reply = Reply {
                group: Arc::clone(&group),
                index,
                span: span.clone(),
            };
            (P::cost(&input), Prediction { input, reply })
        });
        let ticket = shared.submit(request, inputs.collect())?;
        let mut waiting = Waiting {
            slots: Slots::new(Arc::clone(&self.pool), ticket),
            group: &group,
            meters: &shared.meters,
            ended: false,
        };
        let cancelled = async {
            match &cancellation {
                Some(cancellation) => cancellation.cancelled().await,
                None => std::future::pending().await,
            }
        };
        let result = tokio::select! {
            biased;
            results = group.results() => Ok(results),
            () = deadline.passed() => Err(InferenceError::Expired),
            () = cancelled => Err(InferenceError::Cancelled),
        };
        waiting.ended(&result);
        result
    }
}

/// A request that waits for its results. If it is dropped, the caller has left.
struct Waiting<'a, O: Send + 'static> {
    slots: Slots,
    group: &'a Group<O>,
    meters: &'a Meters,
    ended: bool,
}

impl<O: Send + 'static> Waiting<'_, O> {
    fn ended(&mut self, result: &Result<Results<O>, InferenceError>) {
        self.ended = true;
        let error = match result {
            Ok(results) => results
                .iter()
                .flatten()
                .find_map(|result| result.as_ref().err()),
            Err(error) => Some(error),
        };
        self.meters.ended(error);
        if error.is_some() {
            self.group.cancel();
            self.slots.free();
        } else {
            Timings::add(self.group.times());
        }
    }
}

impl<O: Send + 'static> Drop for Waiting<'_, O> {
    fn drop(&mut self) {
        if !self.ended {
            self.meters.ended(Some(&InferenceError::Cancelled));
            self.group.cancel();
            self.slots.free();
        }
    }
}
