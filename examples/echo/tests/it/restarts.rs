//! Processes that start and stop under load, without a lost request.
//!
//! The default is a short run; `AVOCET_STOPS=100 AVOCET_RESTARTS=20 cargo test --release -p echo --test it restarts` is the long run.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};

use crate::process::number;
use crate::target::{Target, against_each_target};

/// Starts a process that listens on this socket, and returns its later log lines.
fn start(target: Target, listener: &TcpListener) -> (Child, impl Iterator<Item = String> + use<>) {
    let parent_fd: OwnedFd = listener.try_clone().expect("a handle").into();
    let mut process = target
        .command(&[])
        .env("LISTEN_FDS", "1")
        .stderr(Stdio::piped())
        .fd_mappings(vec![FdMapping {
            parent_fd,
            child_fd: 3,
        }])
        .expect("one descriptor")
        .spawn()
        .expect("it starts");
    let said = process.stderr.take().expect("a pipe");
    let (sender, lines) = mpsc::channel();
    // Always read, because a process blocks when its log pipe is full.
    std::thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let mut lines = lines.into_iter();
    assert!(lines.any(|line| line.contains("listens on")), "it ended");
    (process, lines)
}

fn signal(process: u32, name: &str) {
    let process = process.to_string();
    let status = Command::new("kill").args(["-s", name, &process]).status();
    assert!(status.expect("kill runs").success());
}

/// Clients that send requests without pause until `stop`; each returns the number of its responses.
struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<usize>>,
}

impl Load {
    fn start(address: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = (0..8).map(|index| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                let mut answered = 0;
                while !stop.load(Ordering::Relaxed) {
                    answered += conversation(address, index, &stop);
                }
                answered
            })
        });
        Self {
            clients: clients.collect(),
            stop,
        }
    }

    /// Panics if a request was lost.
    fn stop(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.clients
            .into_iter()
            .map(|client| client.join().expect("every request was answered"))
            .sum()
    }
}

/// Uses one connection until the server announces the last request.
fn conversation(address: SocketAddr, client: usize, stop: &AtomicBool) -> usize {
    let mut socket = TcpStream::connect(address).expect("the socket is always there");
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a socket");
    let mut answered = 0;
    loop {
        // Some wait a little, so that requests are always in progress.
        let path = if client.is_multiple_of(2) {
            "/health"
        } else {
            "/sleep?ms=5"
        };
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        socket.write_all(request.as_bytes()).expect("it reads");
        let head = response(&mut socket);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        answered += 1;
        if head.contains("connection: close") || stop.load(Ordering::Relaxed) {
            return answered;
        }
    }
}

/// Reads one response, and returns its head.
fn response(socket: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut bytes = [0; 1024];
    loop {
        let read = socket.read(&mut bytes).expect("an answer");
        assert!(
            read > 0,
            "the connection ended after {:?}",
            String::from_utf8_lossy(&seen)
        );
        seen.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&seen);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next());
            if Some(body.len()) == length.and_then(|length| length.parse().ok()) {
                return head.to_owned();
            }
        }
    }
}

fn a_stop_loses_no_request(target: Target) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let load = Load::start(listener.local_addr().expect("an address"));
    let (mut current, _) = start(target, &listener);
    for _ in 0..target.share(number("AVOCET_STOPS", 3)) {
        let (next, _) = start(target, &listener);
        signal(current.id(), "TERM");
        assert!(current.wait().expect("it ends").success());
        current = next;
    }
    let answered = load.stop();
    signal(current.id(), "TERM");
    assert!(current.wait().expect("it ends").success());
    assert!(answered > 0);
}

fn a_restart_loses_no_request(target: Target) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let load = Load::start(listener.local_addr().expect("an address"));
    let (mut first, lines) = start(target, &listener);
    // From here on only the processes hold the socket.
    drop(listener);
    // All of them write to the pipe of the first.
    let mut successors = lines.filter_map(|line| {
        let (_, rest) = line.split_once("a new process has taken over process=")?;
        rest.trim().parse::<u32>().ok()
    });
    let mut current = first.id();
    for _ in 0..target.share(number("AVOCET_RESTARTS", 3)) {
        signal(current, "USR2");
        current = successors.next().expect("a successor");
    }
    assert!(first.wait().expect("it ends").success());
    let answered = load.stop();
    signal(current, "TERM");
    // The pipe ends when the last process ends.
    assert_eq!(successors.next(), None);
    assert!(answered > 0);
}

against_each_target!(a_stop_loses_no_request a_restart_loses_no_request);
