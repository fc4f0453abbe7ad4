//! The loop of a replica that steps sequences.

use std::error::Error;
use std::time::Duration;

use super::sequences::{Active, Admission, Generator, Running};
use crate::error::{InferenceError, ModelError};
use crate::items::ItemClock;
use crate::pool::{Exit, ReplicaThread, Shape};
use crate::rung::{OfGenerator, Rung};
use crate::scheduler::{Entry, Room};
use crate::streamer::StreamWork;

type Thread<G> = ReplicaThread<StreamWork<<G as Generator>::Request, <G as Generator>::Item>>;
type Submitted<G> = Entry<StreamWork<<G as Generator>::Request, <G as Generator>::Item>>;

impl<G: Generator> Rung<OfGenerator> for G {
    type Work = StreamWork<G::Request, G::Item>;

    const SHAPE: Shape = |settings| (1, settings.max_batch);

    fn prepare(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.warm_up().map_err(Into::into)
    }

    fn work(&mut self, thread: &Thread<G>) -> Exit {
        let mut sequences: Vec<Active<G>> = Vec::new();
        // Whether the model had no room for a request since the last sequence has ended.
        let mut full = false;
        loop {
            let runs = sequences
                .iter()
                .filter(|active| !active.is_paused())
                .count();
            let room = if full {
                0
            } else {
                thread.settings.max_batch.saturating_sub(sequences.len())
            };
            let block = match (runs, sequences.len()) {
                (0, 0) => Some(Duration::MAX),
                (0, _) => Some(longest_pause(thread, &sequences)),
                _ => None,
            };
            let room = Room {
                entries: room,
                cost: thread.settings.max_cost,
                may_wait: false,
            };
            match thread.next(room, block) {
                Some(next) => {
                    for entry in next.expired {
                        entry.value.channel.end(Err(InferenceError::Expired));
                    }
                    let mut entries = next.run.into_iter();
                    while let Some(entry) = entries.next() {
                        if let Some(later) = admit(self, thread, entry, &mut sequences) {
                            full = !sequences.is_empty();
                            // In reverse, so that they keep their order.
                            let rest: Vec<_> = entries.by_ref().collect();
                            rest.into_iter()
                                .rev()
                                .for_each(|entry| thread.put_back(entry));
                            refuse_or_put_back::<G>(thread, later, full);
                        }
                    }
                }
                None if sequences.is_empty() => return Exit,
                // It ends when its sequences have ended.
                None => {
                    if let Some(longest) = block {
                        thread.wait_for_readers(longest);
                    }
                }
            }
            step(self, thread, &mut sequences);
            full &= !end(self, thread, &mut sequences);
        }
    }
}

/// Starts a sequence. Returns the entry if the model has no room for it.
fn admit<G: Generator>(
    model: &mut G,
    thread: &Thread<G>,
    entry: Submitted<G>,
    sequences: &mut Vec<Active<G>>,
) -> Option<Submitted<G>> {
    let (work, entry) = entry.take();
    let StreamWork {
        request,
        channel,
        context,
        stream_deadline,
        span,
    } = work;
    if channel.is_closed() {
        thread.finished(entry.id, None);
        return None;
    }
    let started = thread.now();
    channel.begin(started.saturating_sub(entry.submitted));
    thread.heartbeat().beat();
    let admission = context
        .clone()
        .run(|| span.in_scope(|| model.admit(request)));
    match admission {
        Ok(Admission::Running(sequence)) => {
            let clock = ItemClock::new(thread.heartbeat().clone(), entry.submitted);
            sequences.push(Active::new(
                sequence,
                entry,
                channel,
                clock,
                thread.shared_meters(),
                started,
                stream_deadline,
            ));
        }
        Ok(Admission::Later(request)) => {
            return Some(entry.with(StreamWork {
                request,
                channel,
                context,
                stream_deadline,
                span,
            }));
        }
        Err(error) => {
            thread.finished(entry.id, None);
            channel.end(Err(InferenceError::Model(ModelError::new(error))));
        }
    }
    None
}

/// Returns a request to the queue; or fails it, if the model has no room for it although nothing runs.
fn refuse_or_put_back<G: Generator>(thread: &Thread<G>, entry: Submitted<G>, something_runs: bool) {
    if something_runs {
        thread.put_back(entry);
    } else {
        thread.finished(entry.id, None);
        let problem = "the model has no room for the request, although no other one runs";
        entry
            .value
            .channel
            .end(Err(InferenceError::Model(ModelError::new(problem))));
    }
}

/// Runs a step of the sequences whose readers have room.
fn step<G: Generator>(model: &mut G, thread: &Thread<G>, sequences: &mut [Active<G>]) {
    let now = thread.now();
    for active in sequences.iter_mut() {
        active.look(now, thread.settings.stall_time, || thread.paused());
    }
    // Those that run come first.
    sequences.sort_by_key(|active| (!active.runs(), active.started, active.entry.id));
    let runs = sequences.partition_point(Active::runs);
    if runs == 0 {
        return;
    }
    thread.meters().batch_size.size(runs);
    thread.heartbeat().beat();
    let running = &mut sequences[..runs];
    let result = model.step(&mut Running::new(running));
    if let Err(error) = result {
        let error = ModelError::new(error);
        for active in running {
            active.end(Err(InferenceError::Model(error.clone())));
        }
    }
}

/// Releases the sequences that have ended. Returns whether there were any.
fn end<G: Generator>(model: &mut G, thread: &Thread<G>, sequences: &mut Vec<Active<G>>) -> bool {
    let ended: Vec<_> = sequences
        .extract_if(.., |active| active.has_ended())
        .collect();
    let any = !ended.is_empty();
    for active in ended {
        let elapsed = thread.now().saturating_sub(active.started);
        let measured = active
            .has_succeeded()
            .then_some((u64::from(active.entry.cost), elapsed));
        thread.finished(active.entry.id, measured);
        model.release(active.close());
    }
    any
}

/// Returns how long the replica may wait for a reader, if all are slow: until the first of them is too slow, or late.
fn longest_pause<G: Generator>(thread: &Thread<G>, sequences: &[Active<G>]) -> Duration {
    let now = thread.now();
    let ends = sequences
        .iter()
        .filter_map(|active| active.next_end(thread.settings.stall_time));
    ends.min()
        .map_or(Duration::from_secs(1), |end| end.saturating_sub(now))
}
