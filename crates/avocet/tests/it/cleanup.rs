//! Clean-up and background tasks: when they run, in which order, and with which outcome.

use std::time::Duration;

use avocet::cleanup::{BackgroundTasks, Cleanup, Outcome};
use avocet::prelude::*;
use avocet::response::ByteStream;
use avocet::serve::{Limits, Shutdown};
use avocet::testing::TestClient;
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Where the hooks report to.
type Reports = UnboundedSender<String>;

/// Reports what happened before and after the response.
#[dependency]
async fn resource(#[request] cleanup: Cleanup, #[state] reports: Reports) {
    for name in ["first", "second"] {
        let (before, after) = (reports.clone(), reports.clone());
        cleanup.before_response(move |outcome| async move {
            let _ = before.send(format!("{name} before: {outcome:?}"));
            Ok(())
        });
        cleanup.after_response(move |outcome| async move {
            let _ = after.send(format!("{name} after: {outcome:?}"));
        });
    }
}

#[dependency]
async fn failing_commit(#[request] cleanup: Cleanup) {
    cleanup.before_response(|outcome| async move {
        if outcome.is_success() {
            return Err(HttpError::new(StatusCode::CONFLICT, "Changed meanwhile"));
        }
        Ok(())
    });
}

#[post("/orders", status = 201, requires(resource))]
async fn order(#[request] background: BackgroundTasks, #[state] reports: Reports) -> u32 {
    for name in ["mail", "record"] {
        let reports = reports.clone();
        background.add(async move {
            let _ = reports.send(name.to_owned());
        });
    }
    1
}

#[post("/conflicts", status = 201, requires(resource))]
async fn conflict(
    #[depends(failing_commit)] _commit: (),
    #[request] background: BackgroundTasks,
    #[state] reports: Reports,
) -> u32 {
    background.add(async move {
        let _ = reports.send("a task after a failure".to_owned());
    });
    1
}

#[get("/errors", requires(resource))]
async fn error() -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::NOT_FOUND, "No such order"))
}

#[get("/panics", requires(resource))]
async fn panics() -> u32 {
    panic!("a bug")
}

#[get("/invalid", requires(resource))]
async fn invalid(#[query] n: u32) -> u32 {
    n
}

#[get("/streams", requires(resource))]
async fn streams(#[query(default = false)] breaks: bool) -> ByteStream {
    ByteStream::new(stream! {
        yield Bytes::from_static(b"one");
        if breaks {
            Err(HttpError::internal("the model stopped"))?;
        }
        yield Bytes::from_static(b"two");
    })
}

#[get("/slow", requires(resource))]
async fn slow(#[state] reports: Reports) -> u32 {
    let _ = reports.send("begun".to_owned());
    std::future::pending::<()>().await;
    1
}

#[get("/endless", requires(resource))]
async fn endless() -> ByteStream {
    ByteStream::new(stream! {
        loop {
            yield Bytes::from_static(b"more");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
}

#[post("/fragile", requires(resource))]
async fn fragile(#[request] background: BackgroundTasks, #[state] reports: Reports) -> u32 {
    background.add(async { panic!("a task with a bug") });
    background.add(async move {
        let _ = reports.send("the next task".to_owned());
    });
    1
}

fn app() -> (App, UnboundedReceiver<String>) {
    let (reports, received) = unbounded_channel();
    let routes = routes![
        order, conflict, error, panics, invalid, streams, slow, endless, fragile, mail
    ];
    (
        App::new("Shop", "1.0.0").state(reports).routes(routes),
        received,
    )
}

#[tokio::test]
async fn the_document_has_any_error_of_a_hook() {
    let (app, _received) = app();
    let document = app.build().expect("a service").openapi().clone();
    let responses = |path: &str| {
        let responses = &document["paths"][path]["post"]["responses"];
        responses["default"]["description"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(responses("/conflicts").as_deref(), Some("Any other error"));
    assert_eq!(responses("/mails"), None);
}

/// A background task cannot replace the response.
#[post("/mails")]
async fn mail(#[request] background: BackgroundTasks) {
    background.add(async {});
}

fn client() -> (TestClient, UnboundedReceiver<String>) {
    let (app, received) = app();
    (TestClient::new(app.build().expect("a service")), received)
}

/// Returns as many reports as are expected, and asserts them.
async fn assert_reports(received: &mut UnboundedReceiver<String>, expected: &[&str]) {
    for line in expected {
        assert_eq!(
            received.recv().await.as_deref(),
            Some(*line),
            "{expected:?}"
        );
    }
    assert!(received.try_recv().is_err(), "more than {expected:?}");
}

fn of_resource(before: &str, after: &str) -> [String; 4] {
    [
        format!("second before: {before}"),
        format!("first before: {before}"),
        format!("second after: {after}"),
        format!("first after: {after}"),
    ]
}

#[tokio::test]
async fn tasks_run_after_clean_up_and_after_a_response_that_was_sent() {
    let (client, mut received) = client();
    let response = client.post("/orders").send().await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.text().await, "1");
    let lines = of_resource("Succeeded(201)", "Succeeded(201)");
    let lines: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .chain(["mail", "record"])
        .collect();
    assert_reports(&mut received, &lines).await;
}

#[tokio::test]
async fn a_commit_that_fails_replaces_the_response() {
    let (client, mut received) = client();
    let response = client.post("/conflicts").send().await;
    assert_eq!(response.status(), 409);
    assert_eq!(response.text().await, r#"{"detail":"Changed meanwhile"}"#);
    let lines = of_resource("Failed(409)", "Failed(409)");
    assert_reports(&mut received, &lines.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn outcomes_of_errors_panics_and_streams() {
    for (path, before, after) in [
        ("/errors", "Failed(404)", "Failed(404)"),
        ("/invalid?n=x", "Failed(422)", "Failed(422)"),
        ("/panics", "Panicked", "Panicked"),
        ("/streams", "Succeeded(200)", "Succeeded(200)"),
        ("/streams?breaks=true", "Succeeded(200)", "StreamFailed"),
    ] {
        let (client, mut received) = client();
        let response = client.get(path).send().await;
        let _ = tokio::spawn(async move { response.text().await }).await;
        let lines = of_resource(before, after);
        assert_reports(&mut received, &lines.each_ref().map(String::as_str)).await;
    }
}

#[tokio::test]
async fn a_task_that_panics_does_not_stop_the_next_one() {
    let (client, mut received) = client();
    assert_eq!(client.post("/fragile").send().await.text().await, "1");
    let lines = of_resource("Succeeded(200)", "Succeeded(200)");
    let lines: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .chain(["the next task"])
        .collect();
    assert_reports(&mut received, &lines).await;
}

#[tokio::test]
async fn a_client_that_disconnects_is_an_outcome() {
    let (app, mut received) = app();
    let service = app.build().expect("a service");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(service.serve_on(listener, Shutdown::when(std::future::pending())));
    for (path, before) in [("/slow", "Disconnected"), ("/endless", "Succeeded(200)")] {
        let mut socket = TcpStream::connect(address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
        socket
            .write_all(request.as_bytes())
            .await
            .expect("a request");
        if path == "/slow" {
            assert_eq!(received.recv().await.as_deref(), Some("begun"));
        } else {
            let mut head = [0; 64];
            socket.read_exact(&mut head).await.expect("a response");
        }
        drop(socket);
        let lines = of_resource(before, "Disconnected");
        assert_reports(&mut received, &lines.each_ref().map(String::as_str)).await;
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_background_tasks() {
    #[post("/work")]
    async fn work(#[request] background: BackgroundTasks, #[state] reports: Reports) -> u32 {
        background.add(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let _ = reports.send("done".to_owned());
        });
        1
    }
    let (reports, mut received) = unbounded_channel::<String>();
    let app = App::new("Shop", "1.0.0")
        .state(reports)
        .limits(Limits::default().drain_time(Duration::from_secs(20)))
        .routes(routes![work]);
    let service = app.build().expect("a service");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = Shutdown::when(async move {
        let _ = stopped.await;
    });
    let serving = tokio::spawn(service.serve_on(listener, shutdown));
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let request =
        b"POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    socket.write_all(request).await.expect("a request");
    let mut response = String::new();
    socket
        .read_to_string(&mut response)
        .await
        .expect("a response");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    stop.send(()).expect("a server");
    serving.await.expect("no panic").expect("a report");
    assert_eq!(received.try_recv().ok().as_deref(), Some("done"));
}

#[test]
fn an_outcome_is_a_success_below_400() {
    assert!(Outcome::of(StatusCode::FOUND).is_success());
    assert!(!Outcome::of(StatusCode::BAD_REQUEST).is_success());
}
