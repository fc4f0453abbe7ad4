use avocet::prelude::*;

#[websocket("/chat")]
async fn chat(token: String, mut socket: WebSocket<String>) {
    let _ = socket.send(token).await;
}

fn main() {}
