use avocet::prelude::*;

#[websocket("/chat")]
async fn chat(token: String) {
    let _ = token;
}

fn main() {}
