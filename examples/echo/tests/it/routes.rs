//! Each route, in process.

use avocet::testing::{TestClient, TestForm};
use serde_json::{Value, json};

fn client() -> TestClient {
    TestClient::new(echo::app().build().expect("it builds"))
}

async fn stats(client: &TestClient) -> Value {
    client.get("/stats").send().await.json().await
}

#[tokio::test]
async fn json_comes_back_as_it_was_sent() {
    let sent = json!({"a": [1, 2.5, null, "\u{0}"], "b": {"": true}});
    let response = client().post("/echo").json(&sent).send().await;
    assert_eq!(response.json::<Value>().await, sent);
}

#[tokio::test]
async fn a_socket_sends_everything_back_and_is_counted() {
    let client = client();
    let mut socket = client.websocket("/ws").connect().await;
    assert_eq!(stats(&client).await["open_sockets"], 1);
    let large = "x".repeat(2 * 1024 * 1024);
    socket.send_text(&large).await;
    assert_eq!(socket.text().await, large);
    socket.send_bytes(vec![0, 255]).await;
    assert_eq!(socket.bytes().await, [0, 255][..]);
    assert_eq!(socket.close(1000, "").await.code(), 1000);
    while stats(&client).await["open_sockets"] != 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stats(&client).await["cancelled"], 0);
}

#[tokio::test]
async fn events_are_counted_and_end() {
    let client = client();
    let mut response = client.get("/sse?count=3").send().await;
    assert_eq!(stats(&client).await["open_streams"], 1);
    for index in 0..3 {
        let event = response.next_event().await.expect("an event");
        assert_eq!(
            event.json::<Value>(),
            json!({"index": index, "text": format!("item {index}")})
        );
    }
    assert_eq!(response.next_event().await, None);
    assert_eq!(
        stats(&client).await,
        json!({"running": 0, "cancelled": 0, "open_streams": 0, "open_sockets": 0})
    );
}

#[tokio::test]
async fn a_stream_fails_where_it_is_told_to() {
    let client = client();
    assert_eq!(client.get("/sse?fail_at=0").send().await.status(), 403);
    let mut response = client.get("/sse?fail_at=2").send().await;
    assert_eq!(response.status(), 200);
    response.next_event().await.expect("0");
    response.next_event().await.expect("1");
    assert_eq!(
        response.next_event().await.expect("the error").name,
        "error"
    );
    assert!(response.next_event_or_break().await.is_err());
    assert_eq!(stats(&client).await["cancelled"], 0);
}

#[tokio::test]
async fn lines_are_counted_and_fail_where_they_are_told_to() {
    let client = client();
    let response = client.get("/jsonl?count=2").send().await;
    assert_eq!(
        response.text().await,
        "{\"index\":0,\"text\":\"item 0\"}\n{\"index\":1,\"text\":\"item 1\"}\n"
    );
    assert_eq!(client.get("/jsonl?fail_at=0").send().await.status(), 403);
    assert_eq!(
        client.get("/jsonl?count=1000001").send().await.status(),
        422
    );
    assert_eq!(stats(&client).await["open_streams"], 0);
    assert_eq!(stats(&client).await["cancelled"], 0);
}

#[tokio::test]
async fn a_stream_that_is_dropped_counts_as_cancelled() {
    let client = client();
    drop(client.get("/sse?count=2").send().await);
    assert_eq!(
        stats(&client).await,
        json!({"running": 0, "cancelled": 1, "open_streams": 0, "open_sockets": 0})
    );
}

#[tokio::test]
async fn waits_say_how_long_they_were() {
    for path in ["/sleep?ms=1", "/block?ms=1"] {
        let response = client().get(path).send().await;
        assert_eq!(response.json::<Value>().await, json!({"slept": 1}));
    }
    for path in [
        "/sleep",
        "/sleep?ms=600001",
        "/block?ms=-1",
        "/sse?count=1000001",
    ] {
        assert_eq!(client().get(path).send().await.status(), 422, "{path}");
    }
}

#[tokio::test]
async fn uploads_are_described() {
    let abc = json!({
        "name": "abc.txt", "size": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    });
    // A part of this one is in a temporary file.
    let large = json!({
        "name": "large.bin", "size": 3 << 20,
        "sha256": "3bea8a9a07c1e8dcaa4c1b816815c35a29b4fb585ba6ecc70ea44840a794cfb3"
    });
    let several = TestForm::new()
        .file("files", "abc.txt", "text/plain", "abc")
        .file("files", "large.bin", "", vec![b'x'; 3 << 20]);
    let one = TestForm::new().file("file", "abc.txt", "text/plain", "abc");
    for (form, expected) in [(several, json!([abc, large])), (one, json!([abc]))] {
        let response = client().post("/upload").multipart(form).send().await;
        assert_eq!(response.json::<Value>().await, json!({"files": expected}));
    }
}
