use avocet::prelude::*;

struct Question {
    text: String,
}

#[websocket("/chat")]
async fn chat(mut socket: WebSocket<Question, String>) -> Result<(), HttpError> {
    while let Some(question) = socket.recv().await {
        socket.send(question.text).await?;
    }
    Ok(())
}

fn main() {}
