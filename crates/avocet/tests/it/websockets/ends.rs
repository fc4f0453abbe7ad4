//! The end of conversations, and the end of the handler.

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::websocket::{Close, Closed};
use tokio::sync::mpsc;

/// The handlers' reports to the test.
#[derive(Clone)]
struct Reports(mpsc::UnboundedSender<String>);

impl Reports {
    fn say(&self, what: impl Into<String>) {
        let _ = self.0.send(what.into());
    }
}

/// Reports when it is dropped.
struct Witness(Reports);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.say("dropped");
    }
}

/// Receives messages until the end.
#[websocket("/listen")]
async fn listen(mut socket: WebSocket<String>, #[state] reports: Reports) {
    let _witness = Witness(reports.clone());
    reports.say("begun");
    while let Some(message) = socket.recv().await {
        reports.say(message);
    }
    let code = socket.client_close().map(|close| close.code());
    // Cleanup takes time too.
    tokio::task::yield_now().await;
    reports.say(format!("ended {code:?}"));
    assert_eq!(socket.send(String::new()).await, Err(Closed));
}

/// Takes one message, and then runs forever without using the socket.
#[websocket("/busy")]
async fn busy(mut socket: WebSocket<String>, #[state] reports: Reports) {
    let _witness = Witness(reports.clone());
    socket.recv().await;
    reports.say("begun");
    std::future::pending::<()>().await;
}

/// Sends forever, and never receives.
#[websocket("/talk")]
async fn talk(mut socket: WebSocket<String>, #[state] reports: Reports) -> Result<(), Closed> {
    let _witness = Witness(reports.clone());
    reports.say("begun");
    loop {
        socket.send("x".repeat(1000)).await?;
    }
}

/// Is notified of the end and ignores it.
#[websocket("/stubborn")]
async fn stubborn(mut socket: WebSocket<String>, #[state] reports: Reports) {
    let _witness = Witness(reports.clone());
    while socket.recv().await.is_some() {}
    reports.say("told");
    std::future::pending::<()>().await;
}

#[errors]
enum ChatError {
    /// No credit left.
    #[error(status = 402)]
    NoCredit,
}

/// Fails as requested.
#[websocket("/fail")]
async fn fail(mut socket: WebSocket<String>) -> Result<(), HttpError> {
    match socket.recv().await.unwrap_or_default().as_str() {
        "panic" => panic!("on purpose"),
        "io" => Err(std::io::Error::other("the password is 1234").into()),
        "close" => Err(Close::new(4001, "no credit").into()),
        "401" => Err(HttpError::new(StatusCode::UNAUTHORIZED, "Log in")),
        "conflict" => Err(HttpError::new(StatusCode::CONFLICT, "Taken")),
        "busy" => Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Busy")),
        _ => Ok(()),
    }
}

#[websocket("/typed")]
async fn typed(mut socket: WebSocket<String>) -> Result<(), ChatError> {
    socket.recv().await;
    Err(ChatError::NoCredit)
}

#[websocket("/early")]
async fn early(_socket: WebSocket<String>) -> Result<(), Close> {
    Err(Close::new(4002, "early"))
}

fn client() -> (TestClient, mpsc::UnboundedReceiver<String>) {
    let (reports, reported) = mpsc::unbounded_channel();
    let app = App::new("Ends", "1.0.0")
        .state(Reports(reports))
        .routes(routes![listen, busy, talk, stubborn, fail, typed, early]);
    (TestClient::new(app.build().expect("it builds")), reported)
}

#[tokio::test]
async fn a_handler_that_waits_is_told_of_the_end() {
    for (code, seen) in [(Some(4000), "ended Some(4000)"), (None, "ended None")] {
        let (client, mut reported) = client();
        let mut socket = client.websocket("/listen").connect().await;
        socket.send_text("one").await;
        match code {
            Some(code) => assert_eq!(socket.close(code, "bye").await.code(), code),
            None => {
                assert_eq!(reported.recv().await.as_deref(), Some("begun"));
                assert_eq!(reported.recv().await.as_deref(), Some("one"));
                drop(socket);
                assert_eq!(reported.recv().await.as_deref(), Some(seen));
                assert_eq!(reported.recv().await.as_deref(), Some("dropped"));
                continue;
            }
        }
        for expected in ["begun", "one", seen, "dropped"] {
            assert_eq!(reported.recv().await.as_deref(), Some(expected));
        }
    }
}

#[tokio::test]
async fn a_handler_that_is_busy_is_dropped_when_the_client_leaves_or_closes() {
    for closes in [false, true] {
        let (client, mut reported) = client();
        let mut socket = client.websocket("/busy").connect().await;
        socket.send_text("go").await;
        assert_eq!(reported.recv().await.as_deref(), Some("begun"));
        if closes {
            assert_eq!(socket.close(1000, "").await.code(), 1000);
        } else {
            drop(socket);
        }
        assert_eq!(reported.recv().await.as_deref(), Some("dropped"));
    }
}

#[tokio::test]
async fn a_handler_that_only_sends_fails_when_the_client_leaves() {
    let (client, mut reported) = client();
    let mut socket = client.websocket("/talk").connect().await;
    assert_eq!(reported.recv().await.as_deref(), Some("begun"));
    socket.text().await;
    drop(socket);
    assert_eq!(reported.recv().await.as_deref(), Some("dropped"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_go_is_dropped_in_the_end() {
    let (client, mut reported) = client();
    drop(client.websocket("/stubborn").connect().await);
    assert_eq!(reported.recv().await.as_deref(), Some("told"));
    assert_eq!(reported.recv().await.as_deref(), Some("dropped"));
}

#[tokio::test]
async fn a_failure_says_nothing_and_a_rejection_what_it_is() {
    for (told, code, reason) in [
        ("panic", 1011, "Internal Server Error"),
        ("io", 1011, "Internal Server Error"),
        ("close", 4001, "no credit"),
        ("401", 3000, "Log in"),
        ("conflict", 1008, "Taken"),
        ("busy", 1013, "Busy"),
        ("nothing", 1000, ""),
    ] {
        let mut socket = client().0.websocket("/fail").connect().await;
        socket.send_text(told).await;
        let close = socket.closed().await;
        assert_eq!((close.code(), close.reason()), (code, reason), "{told}");
    }
    let mut socket = client().0.websocket("/typed").connect().await;
    socket.send_text("go").await;
    let close = socket.closed().await;
    assert_eq!((close.code(), close.reason()), (1008, "No credit left."));
    let mut socket = client().0.websocket("/early").connect().await;
    assert_eq!(socket.closed().await.code(), 4002);
}
