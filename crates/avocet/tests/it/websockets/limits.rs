//! Time and memory: pings, idle timeouts, the closing handshake, and a side that is slower than the other.

use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::testing::TestClient;
use avocet::websocket::Closed;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

#[derive(Clone)]
struct Counted(mpsc::UnboundedSender<usize>);

#[websocket("/listen")]
async fn listen(mut socket: WebSocket<String>) {
    while socket.recv().await.is_some() {}
}

/// Sends as fast as possible, and reports its progress.
#[websocket("/flood")]
async fn flood(mut socket: WebSocket<String>, #[state] counted: Counted) -> Result<(), Closed> {
    for number in 1.. {
        socket.send("x".repeat(1000)).await?;
        let _ = counted.0.send(number);
    }
    Ok(())
}

/// Receives one message per second.
#[websocket("/slow")]
async fn slow(mut socket: WebSocket<String>) -> Result<(), Closed> {
    while let Some(message) = socket.recv().await {
        sleep(Duration::from_secs(1)).await;
        if message == "last" {
            socket.send(message).await?;
        }
    }
    Ok(())
}

/// Receives one message, and the others two minutes later.
#[websocket("/late")]
async fn late(mut socket: WebSocket<String>) -> Result<(), Closed> {
    socket.recv().await;
    sleep(Duration::from_secs(120)).await;
    while let Some(message) = socket.recv().await {
        if message == "last" {
            socket.send(message).await?;
        }
    }
    Ok(())
}

fn client(limits: Limits) -> (TestClient, mpsc::UnboundedReceiver<usize>) {
    let (counted, counts) = mpsc::unbounded_channel();
    let app = App::new("Limits", "1.0.0")
        .limits(limits)
        .state(Counted(counted))
        .routes(routes![listen, flood, slow, late, farewell]);
    (TestClient::new(app.build().expect("it builds")), counts)
}

/// Sends many messages, and ends.
#[websocket("/farewell")]
async fn farewell(mut socket: WebSocket<String>) -> Result<(), Closed> {
    socket.send("x".repeat(1_000_000)).await
}

// The clock is paused in these tests, and advances only while all tasks wait.

#[tokio::test(start_paused = true)]
async fn a_client_that_responds_pings_may_be_silent_for_the_idle_time() {
    let limits = Limits::default().websocket_idle_time(Duration::from_secs(600));
    let mut socket = client(limits).0.websocket("/listen").connect().await;
    let begun = Instant::now();
    // While it waits, the client responds to pings.
    let close = socket.closed().await;
    assert_eq!(
        (close.code(), close.reason()),
        (3008, "No message for 600s")
    );
    assert_eq!(begun.elapsed().as_secs(), 600);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_responds_no_ping_is_gone_after_both_times() {
    let mut socket = client(Limits::default())
        .0
        .websocket("/listen")
        .connect()
        .await;
    sleep(Duration::from_secs(39)).await;
    socket.send_text("still here").await;
    sleep(Duration::from_secs(41)).await;
    assert_eq!(socket.closed().await.code(), 1006);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_pauses_the_handler_and_is_cut_in_the_end() {
    let (client, mut counts) = client(Limits::default());
    let mut socket = client.websocket("/flood").connect().await;
    sleep(Duration::from_secs(10)).await;
    let mut sent = 0;
    while let Ok(count) = counts.try_recv() {
        sent = count;
    }
    // Our 64 KiB, the same for the protocol, and the connection's buffer.
    assert!((100..300).contains(&sent), "{sent}");
    socket.text().await;
    sleep(Duration::from_secs(31)).await;
    let mut received = 1;
    let close = loop {
        match socket.recv().await {
            Ok(_) => received += 1,
            Err(close) => break close,
        }
    };
    assert_eq!(close.code(), 1006);
    assert!(received < 300, "{received}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_handler_pauses_the_client_and_loses_nothing() {
    let mut socket = client(Limits::default())
        .0
        .websocket("/slow")
        .connect()
        .await;
    let begun = Instant::now();
    let message = "x".repeat(10_000);
    for _ in 0..50 {
        socket.send_text(&message).await;
    }
    // Unread data waits: here 64 KiB at most, the same in the connection, the rest with the client.
    assert!(begun.elapsed().as_secs() >= 30, "{:?}", begun.elapsed());
    socket.send_text("last").await;
    assert_eq!(socket.text().await, "last");
    assert_eq!(begun.elapsed().as_secs(), 51);
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_messages_wait_for_the_handler_needs_no_pong() {
    let (client, _counts) = client(Limits::default());
    let mut socket = client.websocket("/late").connect().await;
    let message = "x".repeat(10_000);
    for _ in 0..10 {
        socket.send_text(&message).await;
    }
    socket.send_text("last").await;
    assert_eq!(socket.text().await, "last");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_slow_to_take_the_last_words_gets_all_of_them() {
    for pause in [10, 31] {
        let mut socket = client(Limits::default())
            .0
            .websocket("/farewell")
            .connect()
            .await;
        sleep(Duration::from_secs(pause)).await;
        if pause < 30 {
            assert_eq!(socket.text().await.len(), 1_000_000);
            assert_eq!(socket.closed().await.code(), 1000);
        } else {
            assert_eq!(socket.closed().await.code(), 1006);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_close_is_cut_after_the_close_time() {
    #[websocket("/end")]
    async fn end(mut socket: WebSocket<String>) {
        socket.recv().await;
    }
    let app = App::new("End", "1.0.0").routes(routes![end]);
    let client = TestClient::new(app.build().expect("it builds"));
    let mut socket = client.websocket("/end").connect().await;
    socket.send_text("go").await;
    sleep(Duration::from_secs(11)).await;
    // Its close frame has arrived, and the handler has ended.
    assert_eq!(socket.closed().await.code(), 1000);
}

#[tokio::test]
async fn a_message_at_the_limit_passes_and_one_byte_more_does_not() {
    let limits = Limits::default().websocket_message_bytes(1000);
    let (client, _) = client(limits);
    let mut socket = client.websocket("/listen").connect().await;
    socket.send_text(&"x".repeat(1000)).await;
    socket.send_text(&"x".repeat(1001)).await;
    let close = socket.closed().await;
    assert_eq!(
        (close.code(), close.reason()),
        (1009, "A message is over the limit of 1000 bytes")
    );
    for (limits, name) in [
        (
            Limits::default().websocket_message_bytes(0),
            "websocket_message_bytes",
        ),
        (
            Limits::default().websocket_ping_timeout(Duration::ZERO),
            "websocket_ping_timeout",
        ),
    ] {
        let error = limits.check().expect_err("it makes no sense").to_string();
        assert!(error.contains(name), "{error}");
    }
}
