//! The conversation: messages of every kind, in both directions, at the same time.

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::websocket::{Close, Message};
use bytes::Bytes;
use serde_json::json;

#[model(input)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Command {
    Add {
        #[field(le = 100)]
        number: u32,
    },
    Reset {},
}

#[model(output)]
struct Sum {
    sum: u32,
}

#[websocket("/sum")]
async fn sum(mut socket: WebSocket<Command, Sum>) -> Result<Close, HttpError> {
    let mut sum = 0;
    while let Some(command) = socket.recv().await {
        match command {
            Command::Add { number } => sum += number,
            Command::Reset {} => sum = 0,
        }
        socket.send(Sum { sum }).await?;
        if sum > 150 {
            return Ok(Close::new(4000, "enough"));
        }
    }
    Ok(Close::new(Close::NORMAL, "bye"))
}

#[websocket("/patient")]
async fn patient(mut socket: WebSocket<Vec<u32>, String>) -> Result<(), HttpError> {
    while let Some(message) = socket.recv_result().await {
        let response = match message {
            Ok(numbers) => format!("{} numbers", numbers.len()),
            Err(errors) => errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        };
        socket.send(response).await?;
    }
    Ok(())
}

#[websocket("/bytes")]
async fn binary(mut socket: WebSocket<Bytes, usize>) -> Result<(), HttpError> {
    while let Some(message) = socket.recv().await {
        socket.send(message.len()).await?;
    }
    Ok(())
}

#[websocket("/echo", message_limit = 200_000)]
async fn echo(mut socket: WebSocket<Message>) -> Result<(), HttpError> {
    while let Some(message) = socket.recv().await {
        socket.send(message).await?;
    }
    Ok(())
}

/// Sends numbers while it receives words, each in a separate task.
#[websocket("/both")]
async fn both(socket: WebSocket<String>) -> Result<(), HttpError> {
    let (sender, mut receiver) = socket.split();
    let other = sender.clone();
    let counting = tokio::spawn(async move {
        for number in 0..1000 {
            sender.send(number.to_string()).await?;
        }
        Ok::<_, HttpError>(())
    });
    while let Some(word) = receiver.recv().await {
        other.send(word.to_uppercase()).await?;
        if word == "end" {
            break;
        }
    }
    counting.await??;
    Ok(())
}

fn client() -> TestClient {
    let app = App::new("Sockets", "1.0.0").routes(routes![sum, patient, binary, echo, both]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn models_in_both_directions_and_a_close_of_the_handlers_own() {
    let mut socket = client().websocket("/sum").connect().await;
    for (sent, sum) in [
        (json!({"type": "add", "number": 90}), 90),
        (json!({"type": "reset"}), 0),
        (json!({"type": "add", "number": 80}), 80),
        (json!({"type": "add", "number": 80}), 160),
    ] {
        socket.send_json(&sent).await;
        assert_eq!(socket.text().await, json!({"sum": sum}).to_string());
    }
    let close = socket.closed().await;
    assert_eq!((close.code(), close.reason()), (4000, "enough"));
}

#[tokio::test]
async fn an_invalid_message_closes_with_its_errors() {
    for (sent, code, reason) in [
        (
            r#"{"type": "add", "number": 101}"#,
            1007,
            "message.add.number: Input should be less than or equal to 100",
        ),
        (
            r#"{"type": "add"}"#,
            1007,
            "message.add.number: Field required",
        ),
        ("{", 1007, "message[1]: JSON decode error"),
    ] {
        let mut socket = client().websocket("/sum").connect().await;
        socket.send_text(sent).await;
        let close = socket.closed().await;
        assert_eq!((close.code(), close.reason()), (code, reason), "{sent}");
    }
    let mut socket = client().websocket("/sum").connect().await;
    socket.send_bytes("{}").await;
    let close = socket.closed().await;
    assert_eq!(
        (close.code(), close.reason()),
        (1003, "message: Message should be text")
    );
    let mut socket = client().websocket("/bytes").connect().await;
    socket.send_text("{}").await;
    let close = socket.closed().await;
    assert_eq!(
        (close.code(), close.reason()),
        (1003, "message: Message should be binary")
    );
}

#[tokio::test]
async fn a_handler_that_wants_the_errors_goes_on() {
    let mut socket = client().websocket("/patient").connect().await;
    socket.send_text("[1, -1, \"x\"]").await;
    let errors = socket.text().await;
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.starts_with("message[1]: "), "{errors}");
    socket.send_text("nothing").await;
    assert!(socket.text().await.contains("JSON decode error"));
    socket.send_text("[1, 2]").await;
    assert_eq!(socket.text().await, "2 numbers");
}

#[tokio::test(start_paused = true)]
async fn text_and_bytes_come_back_as_they_are_in_order() {
    let begun = tokio::time::Instant::now();
    let mut socket = client().websocket("/echo").connect().await;
    let large = "é".repeat(100_000);
    for text in ["", "\"", "\u{0}\u{feff}\u{2028}", &large] {
        socket.send_text(text).await;
        socket.send_bytes(text.to_owned()).await;
        assert_eq!(socket.text().await, text);
        assert_eq!(socket.bytes().await, text);
    }
    for number in 0..500 {
        socket.send_text(&number.to_string()).await;
    }
    for number in 0..500 {
        assert_eq!(socket.text().await, number.to_string());
    }
    let close = socket.close(4321, "that is all").await;
    assert_eq!((close.code(), close.reason()), (4321, "that is all"));
    // The clock advances here only when all tasks wait: no task waited for the next ping.
    assert!(begun.elapsed().is_zero(), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn both_directions_at_the_same_time() {
    let mut socket = client().websocket("/both").connect().await;
    for word in ["one", "two", "end"] {
        socket.send_text(word).await;
    }
    let (mut numbers, mut words) = (0, Vec::new());
    let close = loop {
        match socket.recv().await {
            Ok(Message::Text(text)) if text == numbers.to_string() => numbers += 1,
            Ok(Message::Text(text)) => words.push(text),
            Ok(Message::Binary(bytes)) => panic!("{bytes:?}"),
            Err(close) => break close,
        }
    };
    assert_eq!(
        (numbers, words.join(" "), close.code()),
        (1000, "ONE TWO END".to_owned(), 1000)
    );
}
