//! The loop of a replica that runs batches.

use std::error::Error;
use std::time::Duration;

use super::batch::{Batch, Prediction, Predictor};
use crate::error::{InferenceError, ModelError};
use crate::pool::{Exit, ReplicaThread, Shape};
use crate::rung::{OfPredictor, Rung};
use crate::scheduler::{Entry, Room};

impl<P: Predictor> Rung<OfPredictor> for P {
    type Work = Prediction<P>;

    const SHAPE: Shape = |settings| (settings.max_batch, 1);

    fn prepare(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.warm_up().map_err(Into::into)
    }

    fn work(&mut self, thread: &ReplicaThread<Prediction<P>>) -> Exit {
        let room = Room {
            entries: thread.settings.max_batch,
            cost: thread.settings.max_cost,
            may_wait: true,
        };
        while let Some(next) = thread.next(room, Some(Duration::MAX)) {
            for entry in next.expired {
                entry
                    .value
                    .reply
                    .group
                    .reply(entry.value.reply.index, Err(InferenceError::Expired));
            }
            // A caller may leave after its entry was taken from the queue.
            let (left, wanted): (Vec<_>, Vec<_>) = next
                .run
                .into_iter()
                .partition(|entry| entry.value.reply.group.is_cancelled());
            for entry in left {
                thread.finished(entry.id, None);
            }
            if !wanted.is_empty() {
                run(self, thread, wanted);
            }
        }
        Exit
    }
}

/// Runs a batch, and sends its outputs.
fn run<P: Predictor>(
    model: &mut P,
    thread: &ReplicaThread<Prediction<P>>,
    entries: Vec<Entry<Prediction<P>>>,
) {
    thread.meters().batch_size.size(entries.len());
    let span = tracing::info_span!(
        "inference.batch",
        model = thread.name(),
        replica = thread.replica.number(),
        size = entries.len()
    );
    for entry in &entries {
        span.follows_from(entry.value.reply.span.clone());
    }
    let cost = entries.iter().map(|entry| u64::from(entry.cost)).sum();
    let mut batch = Batch::new(entries, thread);
    let started = thread.now();
    let result = span.in_scope(|| model.predict(&mut batch));
    let elapsed = thread.now().saturating_sub(started);

    let unanswered = batch.unanswered();
    match result.map_err(ModelError::new) {
        Ok(outputs) if outputs.len() == unanswered => {
            thread.finished_all(Some((cost, elapsed)));
            batch.send(outputs, elapsed);
        }
        Ok(outputs) => {
            thread.finished_all(None);
            let problem = format!(
                "it returned {} outputs for {unanswered} inputs",
                outputs.len()
            );
            batch.fail(&ModelError::new(problem));
        }
        Err(error) => {
            if unanswered > 1
                && let Some(entries) = batch.take_unanswered()
            {
                tracing::warn!(
                    model = thread.name(),
                    size = entries.len(),
                    "a batch failed, its halves run again: {error}"
                );
                thread.retry_halves(entries);
            }
            thread.finished_all(None);
            batch.fail(&error);
        }
    }
}
