//! What the end of a server, and of its program, waits for.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::tasks::Tasks;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::served::Served;

/// Only a defect waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
struct GoOn(Arc<Notify>);

#[model(output)]
struct Item {
    index: u32,
}

/// Makes an item immediately, and the others on the test's signal.
#[get("/produce")]
async fn produced(#[state] go_on: GoOn, #[request] tasks: Tasks) -> Result<Sse<Item>, HttpError> {
    let runtime = tokio::runtime::Handle::current();
    Ok(Sse::new(tasks.produce(1, move |items| {
        items.send(Item { index: 0 })?;
        runtime.block_on(go_on.0.notified());
        for index in 1..3 {
            items.send(Item { index })?;
        }
        Ok(())
    })?))
}

/// Starts a shutdown with a client that has received the first item of its stream.
async fn stopping(go_on: &GoOn, limits: Limits) -> (Served, TcpStream) {
    let app = App::new("Stopping", "1.0.0").limits(limits);
    let app = app.state(go_on.clone()).routes(routes![produced]);
    let mut server = Served::start(app).await;
    let mut client = server.connect().await;
    let request = b"GET /produce HTTP/1.1\r\nhost: x\r\n\r\n";
    client.write_all(request).await.expect("it reads");
    let mut seen = Vec::new();
    while !seen.ends_with(b"{\"index\":0}\n\n\r\n") {
        seen.push(client.read_u8().await.expect("an item"));
    }
    server.ask_to_stop();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    (server, client)
}

#[tokio::test]
async fn what_a_function_makes_for_a_client_is_waited_for() {
    let go_on = GoOn(Arc::default());
    let (server, mut client) = stopping(&go_on, Limits::default()).await;
    assert!(!server.is_over());
    go_on.0.notify_one();
    let mut rest = String::new();
    client.read_to_string(&mut rest).await.expect("an end");
    assert!(
        rest.contains(r#"{"index":2}"#) && rest.ends_with("0\r\n\r\n"),
        "{rest}"
    );
    assert_eq!(server.drained().await.cut, 0);
}

#[tokio::test]
async fn a_function_that_makes_nothing_is_not_waited_for_beyond_the_deadline() {
    let go_on = GoOn(Arc::default());
    let limits = Limits::default().drain_time(Duration::from_millis(50));
    let (server, _client) = stopping(&go_on, limits).await;
    assert_eq!(server.drained().await.cut, 1);
    go_on.0.notify_one();
}

/// The variable that makes the test's own program a server that waits for its client to send a body.
const SERVER: &str = "AVOCET_TEST_HANGUP_SERVER";

#[post("/echo")]
async fn echo(#[body] text: String) -> String {
    text
}

#[cfg(unix)]
#[test]
fn a_hangup_ends_nothing_where_there_is_no_certificate() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::process::{Command, Stdio};

    if std::env::var_os(SERVER).is_some() {
        let app = App::new("Hangup", "1.0.0").routes(routes![echo]);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let served = runtime.block_on(app.serve("127.0.0.1:0"));
        return served.expect("it serves");
    }
    let this = "stopping::a_hangup_ends_nothing_where_there_is_no_certificate";
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", this, "--nocapture"])
        .env(SERVER, "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let said = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut lines = said.lines().map_while(Result::ok);
    let address = lines.find_map(|line| Some(line.split_once("listens on http://")?.1.to_owned()));
    let signal = |name: &str| {
        let process = child.id().to_string();
        let status = Command::new("kill").args([name, &process]).status();
        assert!(status.expect("kill runs").success(), "it is gone");
    };
    let mut client =
        std::net::TcpStream::connect(address.expect("an address")).expect("it listens");
    let head =
        b"POST /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json";
    client.write_all(head).expect("it reads");
    client
        .write_all(b"\r\ncontent-length: 7\r\n\r\n")
        .expect("it reads");
    for _ in 0..3 {
        signal("-HUP");
    }
    client.write_all(b"\"hello\"").expect("it reads");
    let mut response = String::new();
    client.read_to_string(&mut response).expect("an answer");
    assert!(response.ends_with("\"hello\""), "{response}");
    signal("-TERM");
    let ended = child.wait().expect("an end");
    assert!(ended.success(), "{ended}");
}

#[test]
fn a_program_ends_although_a_thread_blocks() {
    // The channel that the thread waits for.
    static HELD: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

    #[avocet::main]
    async fn program() {
        let held = HELD.lock().expect("no panic").take();
        let (reached, blocks) = tokio::sync::oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let _ = reached.send(());
            held.map(|held| held.recv())
        });
        blocks.await.expect("it runs");
    }

    let (hold, until) = mpsc::channel();
    *HELD.lock().expect("no panic") = Some(until);
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || {
        program();
        ended.send(())
    });
    end.recv_timeout(PATIENCE).expect("the program ends");
    drop(hold);
}
