//! A target as a separate process, and plain HTTP/1 requests to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::target::Target;

/// Only a defect waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server, which ends when this value is dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: String,
    said: Arc<Mutex<Vec<String>>>,
    listening: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts it on a free port. Everything it logs afterwards is for an operator.
    pub(crate) fn start(target: Target, arguments: &[&str]) -> Self {
        Self::start_on(target, &["127.0.0.1:0"], arguments)
    }

    /// Starts it on these addresses, of which the first is the one to connect to.
    pub(crate) fn start_on(target: Target, addresses: &[&str], arguments: &[&str]) -> Self {
        let bound = addresses.join(",");
        let arguments = [&["--bind", &bound, "--log", "warn"], arguments].concat();
        let mut child = target
            .command(&arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe"))
            .lines()
            .map_while(Result::ok);
        let address = lines
            .find_map(|line| Some(line.split_once("://")?.1.to_owned()))
            .expect("an address");
        for _ in &addresses[1..] {
            lines.next().expect("another address");
        }
        let said = Arc::default();
        let listening = {
            let said: Arc<Mutex<Vec<_>>> = Arc::clone(&said);
            std::thread::spawn(move || {
                lines.for_each(|line| said.lock().expect("a list").push(line));
            })
        };
        Self {
            child,
            address,
            said,
            listening: Some(listening),
        }
    }

    /// Starts it with TLS and the certificate of the server's own tests.
    pub(crate) fn start_with_tls(target: Target) -> Self {
        let (certificate, key) = (certificate("first.pem"), certificate("first.key"));
        let path = |path: &PathBuf| path.to_str().expect("a path of text").to_owned();
        Self::start(
            target,
            &["--cert", &path(&certificate), "--key", &path(&key)],
        )
    }

    /// Opens a connection with a timeout of one minute.
    pub(crate) fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(&self.address).expect("it listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a socket");
        socket
    }

    pub(crate) fn send(&self, request: &str) -> TcpStream {
        let mut socket = self.connect();
        socket.write_all(request.as_bytes()).expect("it reads");
        socket
    }

    /// Returns the response to a GET.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut response = String::new();
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        ))
        .read_to_string(&mut response)
        .expect("it answers");
        response
    }

    /// Waits until the counters have these values; only a defect makes this wait long, and fail in the end.
    pub(crate) fn until(&self, counters: &str) {
        let started = Instant::now();
        loop {
            let stats = self.get("/stats");
            if stats.contains(counters) {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{stats} instead of {counters}"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the process; fails if it had ended already or has logged anything.
    pub(crate) fn end_in_silence(mut self) {
        assert!(
            self.child.try_wait().expect("a process").is_none(),
            "it ended"
        );
        let listening = self.listening.take().expect("the first to ask");
        let said = Arc::clone(&self.said);
        drop(self);
        listening.join().expect("a reader");
        let said = said.lock().expect("a list");
        assert!(said.is_empty(), "it had something to say: {said:?}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the path of a file beside the tests of the server itself.
pub(crate) fn certificate(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../crates/avocet-server/src/tests/tls")
        .join(name)
}

/// Returns a number from the environment, which selects longer runs.
pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}
