//! Loading, swapping and stopping.

use std::error::Error;
use std::sync::Arc;

use super::handle::{Workers, runner};
use crate::error::InferenceError;
use crate::pool::Swap;
use crate::replica::Replica;
use crate::rung::Rung;

impl<M> Workers<M> {
    /// Loads the model on all replicas, and waits until they are ready.
    ///
    /// # Errors
    /// Fails if a setting is 0 that must not be, if the workers have started, or with the reason why a replica could not load the model. With
    /// [`load_in_background`](Self::load_in_background) the reason is that of [`ready`](Self::ready).
    ///
    /// ```
    /// # async fn start<M>(workers: avocet_inference::Workers<M>) -> Result<(), avocet_inference::InferenceError> {
    /// workers.start().await
    /// # }
    /// ```
    pub async fn start(&self) -> Result<(), InferenceError> {
        self.settings.check().map_err(InferenceError::NotReady)?;
        let mut changes = self.pool.changes();
        Arc::clone(&self.pool).open((*self.settings).clone(), self.shape)?;
        if self.settings.load_in_background {
            return Ok(());
        }
        loop {
            match self.pool.readiness() {
                Ok(()) => return Ok(()),
                Err(Some(reason)) => {
                    self.stop().await;
                    return Err(InferenceError::NotReady(reason));
                }
                Err(None) => changed(&mut changes).await,
            }
        }
    }

    /// Checks whether the model is loaded.
    ///
    /// # Errors
    /// The reason why the workers are not ready: the model is not loaded on any replica, a replica cannot load it, or a thread was abandoned.
    ///
    /// ```
    /// # fn log<M>(workers: &avocet_inference::Workers<M>) {
    /// if let Err(reason) = workers.ready() {
    ///     println!("{}: {reason}", workers.name());
    /// }
    /// # }
    /// ```
    pub fn ready(&self) -> Result<(), String> {
        self.monitor().ready()
    }

    /// Accepts no more requests, completes those that were accepted, and waits until all replicas have freed their models. Afterwards
    /// [`start`](Self::start) can load it again.
    ///
    /// ```
    /// # async fn free<M>(workers: avocet_inference::Workers<M>) {
    /// workers.stop().await;
    /// # }
    /// ```
    pub async fn stop(&self) {
        let mut changes = self.pool.changes();
        self.pool.close();
        while !self.pool.is_closed() {
            changed(&mut changes).await;
        }
    }

    /// Accepts no more requests, as [`stop`](Self::stop) does, without waiting.
    pub(crate) fn close(&self) {
        self.pool.close();
    }

    /// Fails the requests that wait, with [`InferenceError::Stopping`].
    ///
    /// ```
    /// # async fn stop_soon<M>(workers: avocet_inference::Workers<M>) {
    /// workers.reject_waiting();
    /// workers.stop().await;
    /// # }
    /// ```
    pub fn reject_waiting(&self) {
        self.pool.clear(InferenceError::Stopping);
    }

    /// Replaces the model without a lost request: new replicas load it beside the old ones, take over the queue when all are ready, and the old
    /// ones end after their current work. Meanwhile memory holds both.
    ///
    /// # Errors
    /// Fails with the reason why a new replica could not load the model, if the workers stop, or while another swap loads its model. The old
    /// replicas go on then, also if the future is dropped.
    ///
    /// ```
    /// # use avocet_inference::{Batch, Predictor, Workers};
    /// # struct Embedder;
    /// # impl Embedder { fn load(_: &str) -> Result<Self, std::io::Error> { Ok(Self) } }
    /// # impl Predictor for Embedder {
    /// #     type Input = String;
    /// #     type Output = Vec<f32>;
    /// #     type Error = std::io::Error;
    /// #     fn predict(&mut self, _: &mut Batch<'_, Self>) -> Result<Vec<Vec<f32>>, std::io::Error> { Ok(Vec::new()) }
    /// # }
    /// # async fn update(embedder: Workers<Embedder>) -> Result<(), avocet_inference::InferenceError> {
    /// embedder.swap(|_| Ok(Embedder::load("model-v2")?)).await
    /// # }
    /// ```
    pub async fn swap<K>(
        &self,
        load: impl Fn(&Replica) -> Result<M, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Result<(), InferenceError>
    where
        M: Rung<K>,
    {
        let mut changes = self.pool.changes();
        let swap = Swap::begin(&self.shared(), runner::<M, K>(load))?;
        loop {
            match swap.finish() {
                Some(result) => return result,
                None => changed(&mut changes).await,
            }
        }
    }
}

async fn changed(changes: &mut tokio::sync::watch::Receiver<()>) {
    // The sender lives in the pool, which the caller holds.
    let _ = changes.changed().await;
}
