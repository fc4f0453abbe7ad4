//! WebSockets.

// ANCHOR: chat
use avocet::prelude::*;

#[model(input)]
pub struct Question {
    #[field(min_length = 1)]
    text: String,
}

#[model(output)]
pub struct Token {
    text: String,
}

#[websocket("/chat/{room}")]
async fn chat(room: String, mut socket: WebSocket<Question, Token>) -> Result<(), HttpError> {
    if room == "closed" {
        return Err(HttpError::new(StatusCode::NOT_FOUND, "No such room"));
    }
    while let Some(question) = socket.recv().await {
        for word in question.text.split_whitespace() {
            socket
                .send(Token {
                    text: word.to_owned(),
                })
                .await?;
        }
    }
    Ok(())
}
// ANCHOR_END: chat

// ANCHOR: close
use avocet::websocket::Close;

#[websocket("/credit")]
async fn credit(mut socket: WebSocket<u32>) -> Result<(), HttpError> {
    let mut credit = 100;
    while let Some(cost) = socket.recv().await {
        credit = u32::checked_sub(credit, cost).ok_or(Close::new(4001, "no credit left"))?;
        socket.send(credit).await?;
    }
    Ok(())
}
// ANCHOR_END: close

pub fn app() -> App {
    App::new("Rooms", "1.0.0").routes(routes![chat, credit])
}
