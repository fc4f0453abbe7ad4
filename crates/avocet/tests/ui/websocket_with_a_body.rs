use avocet::prelude::*;

#[websocket("/chat")]
async fn chat(#[body] names: Vec<String>, mut socket: WebSocket<String>) {
    for name in names {
        let _ = socket.send(name).await;
    }
}

fn main() {}
