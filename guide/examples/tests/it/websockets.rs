//! WebSockets.

use avocet::testing::TestClient;
use guide_examples::websockets::app;
use serde_json::json;

// ANCHOR: test
#[tokio::test]
async fn the_room_answers() {
    let client = TestClient::new(app().build().unwrap());
    let mut socket = client.websocket("/chat/main").connect().await;
    socket.send_json(&json!({"text": "good morning"})).await;
    assert_eq!(socket.text().await, r#"{"text":"good"}"#);
    assert_eq!(socket.text().await, r#"{"text":"morning"}"#);

    // An invalid message closes the connection.
    socket.send_json(&json!({"text": ""})).await;
    let close = socket.closed().await;
    assert_eq!(close.code(), 1007);
    assert_eq!(
        close.reason(),
        "message.text: String should have at least 1 character"
    );

    // An error before the first use of the socket has its HTTP status.
    let response = client.websocket("/chat/closed").rejected().await;
    assert_eq!(response.status(), 404);
}
// ANCHOR_END: test

#[tokio::test]
async fn a_handler_chooses_the_close_code() {
    let client = TestClient::new(app().build().unwrap());
    let mut socket = client.websocket("/credit").connect().await;
    socket.send_json(&40).await;
    assert_eq!(socket.json::<u32>().await, 60);
    socket.send_json(&70).await;
    let close = socket.closed().await;
    assert_eq!((close.code(), close.reason()), (4001, "no credit left"));
}
