//! Work beside a handler: tasks that end with the request, producers on threads, detached handlers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::{Limits, ShutdownSignal};
use avocet::tasks::Tasks;
use avocet::testing::TestClient;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::served::Served;

/// The signals between handlers and the test.
#[derive(Clone, Default)]
struct Signs {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    started: Notify,
    go_on: Notify,
    dropped: Notify,
    finished: Notify,
    sent: AtomicUsize,
}

/// Notifies the test when it is dropped.
struct Guard(Signs);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.shared.dropped.notify_one();
    }
}

#[model(output)]
struct Item {
    index: usize,
}

#[get("/sum")]
async fn sum(#[request] tasks: Tasks) -> Result<Vec<u32>, HttpError> {
    let one = tasks.spawn(async { 1 });
    let two = tasks.spawn_blocking(|_| 2);
    Ok(vec![one.await?, two.await?])
}

#[get("/panic")]
async fn panic(#[request] tasks: Tasks) -> Result<u32, HttpError> {
    Ok(tasks.spawn_blocking(|_| panic!("on purpose")).await?)
}

/// The stream outlives the handler's function, and so do its tasks.
#[get("/stream")]
async fn stream(
    #[request] tasks: Tasks,
    #[request] again: Tasks,
    #[state] signs: Signs,
) -> Sse<Item> {
    let guard = Guard(signs);
    tasks.spawn(async move {
        let _held = guard;
        std::future::pending::<()>().await;
    });
    Sse::new(stream! {
        yield Item { index: 0 };
        again.cancellation().cancelled().await;
    })
}

#[get("/blocked")]
async fn blocked(#[request] tasks: Tasks, #[state] signs: Signs) -> Result<(), HttpError> {
    let work = tasks.spawn_blocking(move |cancellation| {
        signs.shared.started.notify_one();
        while !cancellation.is_cancelled() {
            std::thread::sleep(Duration::from_millis(1));
        }
        signs.shared.finished.notify_one();
    });
    Ok(work.await?)
}

#[get("/produce/{ahead}")]
async fn produced(
    ahead: usize,
    #[query] count: Option<usize>,
    #[query(default = false)] fails: bool,
    #[query(default = false)] panics: bool,
    #[state] signs: Signs,
    #[request] tasks: Tasks,
) -> Result<Sse<Item>, HttpError> {
    Ok(Sse::new(tasks.produce(ahead, move |items| {
        let _guard = Guard(signs.clone());
        for index in 0..count.unwrap_or(usize::MAX) {
            items.send(Item { index })?;
            signs.shared.sent.fetch_add(1, Ordering::SeqCst);
        }
        assert!(!panics, "on purpose");
        if fails {
            return Err(HttpError::new(StatusCode::IM_A_TEAPOT, "enough"));
        }
        Ok(())
    })?))
}

#[get("/detached", detach)]
async fn detached(#[state] signs: Signs) -> &'static str {
    let _guard = Guard(signs.clone());
    signs.shared.started.notify_one();
    signs.shared.go_on.notified().await;
    signs.shared.finished.notify_one();
    "done"
}

#[get("/detached/panic", detach)]
async fn detached_panic() -> u32 {
    panic!("on purpose")
}

#[get("/known")]
async fn known(
    #[request] draining: ShutdownSignal,
    #[request] client: Option<avocet::serve::ClientAddress>,
) -> (bool, bool) {
    (draining.is_draining(), client.is_some())
}

fn app(signs: &Signs) -> App {
    App::new("Beside", "1.0.0")
        .state(signs.clone())
        .routes(routes![
            sum,
            panic,
            stream,
            blocked,
            produced,
            detached,
            detached_panic,
            known
        ])
}

fn client(signs: &Signs) -> TestClient {
    TestClient::new(app(signs).build().expect("it builds"))
}

#[tokio::test]
async fn tasks_have_results_and_a_panic_in_one_is_a_500() {
    let client = client(&Signs::default());
    assert_eq!(
        client.get("/sum").send().await.json::<Vec<u32>>().await,
        [1, 2]
    );
    assert_eq!(client.get("/panic").send().await.status(), 500);
}

#[tokio::test]
async fn tasks_live_as_long_as_the_stream_that_is_the_response() {
    let signs = Signs::default();
    let mut response = client(&signs).get("/stream").send().await;
    response.next_event().await.expect("the first");
    drop(response);
    signs.shared.dropped.notified().await;
}

#[tokio::test]
async fn blocking_work_sees_that_the_request_is_over() {
    let signs = Signs::default();
    let client = client(&signs);
    let request = tokio::spawn(client.get("/blocked").send());
    signs.shared.started.notified().await;
    request.abort();
    signs.shared.finished.notified().await;
}

#[tokio::test]
async fn a_producer_waits_for_its_reader_and_ends_with_it() {
    let signs = Signs::default();
    let mut response = client(&signs).get("/produce/3").send().await;
    for index in 0..100 {
        let event = response.next_event().await.expect("an event");
        assert_eq!(event.json::<Value>(), json!({"index": index}));
    }
    drop(response);
    signs.shared.dropped.notified().await;
}

#[tokio::test]
async fn the_end_of_a_producer_is_that_of_its_stream() {
    let signs = Signs::default();
    let client = client(&signs);
    for path in ["/produce/0?count=2", "/produce/9?count=2"] {
        let text = client.get(path).send().await.text().await;
        assert_eq!(text, "data: {\"index\":0}\n\ndata: {\"index\":1}\n\n");
    }
    assert_eq!(
        client
            .get("/produce/1?count=0&fails=true")
            .send()
            .await
            .status(),
        418
    );
    let mut response = client.get("/produce/1?count=1&fails=true").send().await;
    response.next_event().await.expect("the first");
    assert_eq!(
        response.next_event().await.expect("the error").name,
        "error"
    );
    assert!(response.next_event_or_break().await.is_err());
}

#[tokio::test]
async fn a_producer_that_panics_has_no_good_end() {
    let response = client(&Signs::default())
        .get("/produce/1?count=0&panics=true")
        .send()
        .await;
    assert_eq!(response.status(), 500);
}

#[tokio::test]
async fn a_detached_handler_runs_on() {
    let signs = Signs::default();
    let client = client(&signs);
    let request = tokio::spawn(client.get("/detached").send());
    signs.shared.started.notified().await;
    request.abort();
    assert!(request.await.expect_err("it was aborted").is_cancelled());
    signs.shared.go_on.notify_one();
    signs.shared.finished.notified().await;
}

#[tokio::test]
async fn a_detached_handler_responds_as_any_other() {
    let signs = Signs::default();
    let client = client(&signs);
    signs.shared.go_on.notify_one();
    assert_eq!(
        client.get("/detached").send().await.text().await,
        "\"done\""
    );
    assert_eq!(client.get("/detached/panic").send().await.status(), 500);
}

#[tokio::test]
async fn without_a_server_little_is_known_of_a_request() {
    let response = client(&Signs::default()).get("/known").send().await;
    assert_eq!(response.json::<(bool, bool)>().await, (false, false));
}

async fn serve(signs: &Signs, limits: Limits) -> Served {
    Served::start(app(signs).limits(limits)).await
}

/// Starts the detached handler and disconnects.
async fn visit(server: &Served, signs: &Signs) {
    let mut socket = server.connect().await;
    let request = "GET /detached HTTP/1.1\r\nhost: x\r\n\r\n";
    socket
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    signs.shared.started.notified().await;
}

#[tokio::test]
async fn the_server_waits_for_a_detached_handler_whose_client_has_left() {
    let signs = Signs::default();
    let mut server = serve(&signs, Limits::default()).await;
    visit(&server, &signs).await;
    server.ask_to_stop();
    // The shutdown has begun when the server accepts no more connections.
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!server.is_over());
    signs.shared.go_on.notify_one();
    let drained = server.drained().await;
    assert_eq!((drained.cut, drained.cut_tasks), (0, 0));
    signs.shared.finished.notified().await;
}

#[tokio::test]
async fn the_drain_deadline_ends_a_detached_handler() {
    let signs = Signs::default();
    let limits = Limits::default().drain_time(Duration::from_millis(50));
    let server = serve(&signs, limits).await;
    visit(&server, &signs).await;
    let drained = server.drained().await;
    assert_eq!(drained.cut_tasks, 1);
    signs.shared.dropped.notified().await;
}
