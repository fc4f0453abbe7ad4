//! The configuration of a route's `WebSockets`: the route's own values, or the application's.

use super::wire::Bounds;
use crate::observe::WebSocketMeter;
use crate::operation::{Origins, WebSocketContract};
use crate::serve::Limits;

#[derive(Debug)]
pub(crate) struct WebSocketConfig {
    pub(super) origins: Origins,
    pub(super) subprotocols: Vec<String>,
    pub(super) bounds: Bounds,
    pub(super) meter: WebSocketMeter,
}

impl WebSocketConfig {
    pub(crate) fn new(
        contract: &WebSocketContract,
        origins: &Origins,
        limits: &Limits,
        meter: WebSocketMeter,
    ) -> Self {
        Self {
            origins: contract.origins.as_ref().unwrap_or(origins).clone(),
            subprotocols: contract.subprotocols.clone(),
            bounds: Bounds::new(limits, contract.message_limit),
            meter,
        }
    }
}
