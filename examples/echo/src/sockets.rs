//! The WebSocket route.

use avocet::prelude::*;
use avocet::websocket::{Closed, Message};

use crate::Stats;

/// Send every message back as it is.
///
/// A message has at most 16 MiB, because the suites try that.
#[websocket("/ws", tag = "streams", message_limit = 16_777_216)]
pub(crate) async fn ws(
    #[state] stats: Stats,
    mut socket: WebSocket<Message>,
) -> Result<(), Closed> {
    let open = stats.socket();
    while let Some(message) = socket.recv().await {
        socket.send(message).await?;
    }
    open.done();
    Ok(())
}
