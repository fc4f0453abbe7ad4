//! A standard output that is not read, which needs a separate process.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use avocet::App;
use avocet::observe::AccessLog;
use avocet::prelude::*;
use serde_json::Value;

/// The variable that makes this test's own program a server.
const SERVER: &str = "AVOCET_TEST_UNREAD_SERVER";

/// More than a pipe and the queue hold.
const REQUESTS: usize = 6000;

#[get("/")]
async fn here() -> u32 {
    1
}

fn serve() {
    let app = App::new("Unread", "1.0.0")
        .access_log(AccessLog::json())
        .routes(routes![here]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let served = runtime.block_on(app.serve("127.0.0.1:0"));
    served.expect("it serves");
}

/// Killed at the end of the test.
struct Server(Child);

impl Server {
    fn start() -> Self {
        let program = env::current_exe().expect("this program");
        let this = "observe::unread::a_reader_that_stands_still_costs_lines_and_no_request";
        let mut command = Command::new(program);
        command.args(["--exact", this, "--nocapture", "--test-threads=2"]);
        command.env(SERVER, "1");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().expect("it starts"))
    }

    fn connect(&mut self) -> TcpStream {
        let said = BufReader::new(self.0.stderr.take().expect("a pipe"));
        let address = said.lines().find_map(|line| {
            let line = line.expect("text");
            let (_, address) = line.split_once("listens on http://")?;
            Some(address.to_owned())
        });
        let socket = TcpStream::connect(address.expect("an address")).expect("it listens");
        let generous = Some(Duration::from_secs(60));
        socket.set_read_timeout(generous).expect("a socket");
        socket
    }

    /// Returns its lines from here on.
    fn lines(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.0.stdout.take().expect("a pipe"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_reader_that_stands_still_costs_lines_and_no_request() {
    if env::var_os(SERVER).is_some() {
        return serve();
    }
    let mut server = Server::start();
    let mut socket = server.connect();
    for number in 0..REQUESTS {
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        socket.write_all(request).expect("it reads");
        let mut response = Vec::new();
        while !response.ends_with(b"\r\n\r\n1") {
            let mut piece = [0; 1024];
            let length = socket.read(&mut piece);
            let length = length.unwrap_or_else(|error| panic!("stuck after {number}: {error}"));
            assert_ne!(length, 0, "gone after {number}");
            response.extend_from_slice(&piece[..length]);
        }
    }
    let (mut written, mut lost) = (0, 0);
    let lines = server.lines().lines();
    // The first lines are the test runner's.
    for line in lines
        .map(|line| line.expect("text"))
        .skip_while(|line| !line.starts_with('{'))
    {
        let line: Value = serde_json::from_str(&line).expect("JSON");
        match line["lost_lines"].as_u64() {
            Some(count) => lost += usize::try_from(count).expect("a small number"),
            None => written += 1,
        }
        if written + lost == REQUESTS {
            break;
        }
    }
    assert_eq!(written + lost, REQUESTS);
    assert!(lost > 0 && written > 4096, "{written} written, {lost} lost");
}
