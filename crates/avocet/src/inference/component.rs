//! Workers as a component.

use avocet_inference::{Monitor, Workers};

use crate::lifecycle::{Component, Start};
use crate::response::BodyError;

/// The application loads the model at its start and is ready when the model is. While it drains, open requests still reach the model; it
/// stops after the last one.
impl<M: 'static> Component for Workers<M> {
    fn name(&self) -> &str {
        Self::name(self)
    }

    async fn start(&self, _: &Start) -> Result<(), BodyError> {
        Ok(Self::start(self).await?)
    }

    async fn ready(&self) -> Result<(), String> {
        Self::ready(self)
    }

    async fn stop(&self) {
        Self::stop(self).await;
    }

    fn monitors(&self) -> Vec<Monitor> {
        vec![self.monitor()]
    }
}
