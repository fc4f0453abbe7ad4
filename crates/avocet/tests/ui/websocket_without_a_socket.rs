use avocet::prelude::*;

#[websocket("/chat/{room}")]
async fn chat(room: u32) {
    let _ = room;
}

fn main() {}
