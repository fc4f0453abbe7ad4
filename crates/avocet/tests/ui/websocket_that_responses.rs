use avocet::prelude::*;

#[websocket("/chat")]
async fn chat(mut socket: WebSocket<String>) -> String {
    socket.recv().await.unwrap_or_default()
}

fn main() {}
