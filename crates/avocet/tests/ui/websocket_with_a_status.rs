use avocet::prelude::*;

#[websocket("/chat", status = 201)]
async fn chat(mut socket: WebSocket<String>) {
    socket.recv().await;
}

fn main() {}
