//! `Rung`: what the three kinds of models have in common.

use std::error::Error;

use crate::pool::{Exit, ReplicaThread, Shape, Work};

/// A kind of model that [`Workers`](crate::Workers) run: a [`Predictor`](crate::Predictor), a [`Streamer`](crate::Streamer) or a
/// [`Generator`](crate::Generator). Implement one of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model that workers can run",
    label = "not a `Predictor`, `Streamer` or `Generator`",
    note = "implement one of the traits `avocet_inference::{{Predictor, Streamer, Generator}}` for it"
)]
pub trait Rung<Kind>: Sized + 'static {
    /// What its replicas work on.
    #[doc(hidden)]
    type Work: Work;

    /// How many inputs it takes.
    #[doc(hidden)]
    const SHAPE: Shape;

    /// Prepares the model.
    #[doc(hidden)]
    fn prepare(&mut self) -> Result<(), Box<dyn Error + Send + Sync>>;

    /// Works until there is no more work.
    #[doc(hidden)]
    fn work(&mut self, thread: &ReplicaThread<Self::Work>) -> Exit;
}

/// The kind of a [`Predictor`](crate::Predictor).
#[derive(Debug)]
pub struct OfPredictor;

/// The kind of a [`Streamer`](crate::Streamer).
#[derive(Debug)]
pub struct OfStreamer;

/// The kind of a [`Generator`](crate::Generator).
#[derive(Debug)]
pub struct OfGenerator;
