//! The program as a process: a socket, a client that disconnects, a signal.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Program {
    process: Child,
    address: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_chat"))
            .args(["--port", "0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        let address = said.rsplit("http://").next().unwrap().to_owned();
        Self { process, address }
    }

    fn send(&self, request: &str) -> TcpStream {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        socket
    }

    fn get(&self, path: &str) -> String {
        let mut response = String::new();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        self.send(&request).read_to_string(&mut response).unwrap();
        response
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn chat_request(max_tokens: u32) -> String {
    let body = format!(
        r#"{{"messages":[{{"role":"user","content":"Tell me a long story"}}],"max_tokens":{max_tokens},"temperature":2,"seed":3}}"#
    );
    let length = body.len();
    format!(
        "POST /chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[test]
fn it_serves_stops_for_a_client_that_left_and_ends_on_a_signal() {
    let mut program = Program::start(&[]);
    assert!(program.get("/health").contains(r#""status":"ok""#));
    assert!(program.get("/docs").starts_with("HTTP/1.1 200"));

    let mut socket = program.send(&chat_request(512));
    let mut begun = [0; 64];
    socket.read_exact(&mut begun).unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 200"));
    drop(socket);
    // The engine notices at its next token; only a defect makes this wait long.
    while !program.get("/health").contains(r#""running":0"#) {
        std::thread::yield_now();
    }

    let signalled = Command::new("kill")
        .args(["-TERM", &program.process.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
    assert!(program.process.wait().unwrap().success());
}

#[test]
fn a_model_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_chat"))
        .args(["--port", "0", "--model", "no-such-model"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no-such-model"), "{said}");
}
