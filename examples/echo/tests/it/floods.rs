//! Endless HTTP/2 frames: during each flood, good requests get responses, and afterwards the server has released everything.
//!
//! The default is a short run; `AVOCET_FLOODS=100000 cargo test --release -p echo --test it floods` is the long run.

use std::fs;
use std::io::{BufReader, Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::process::{Process, number};
use crate::target::{Target, against_each_target};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// More memory than a server of this size should ever use, and far less than any of these floods could make it use.
const MEMORY: u64 = 300 << 20;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short frame");
    let mut frame = length.to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Returns the fields of a request: the method by its index in the static table, the scheme, the path and the authority.
fn fields(method: u8, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).expect("a short path");
    [
        &[method, 0x86, 0x04, length],
        path.as_bytes(),
        &[0x01, 1, b'x'],
    ]
    .concat()
}

const GET: u8 = 0x82;
const POST: u8 = 0x83;
/// `:path /sleep?ms=600000` is a handler that runs until it is cancelled.
const FOREVER: &str = "/sleep?ms=600000";

fn get(stream: u32, path: &str) -> Vec<u8> {
    let flags = END_STREAM | END_HEADERS;
    frame(HEADERS, flags, stream, &fields(GET, path))
}

fn post(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &fields(POST, "/echo"))
}

/// A flood: its name, how the connection ends if that does not depend on timing, and the function from a frame's index to its bytes.
type Flood = (&'static str, Option<End>, fn(u32) -> Vec<u8>);

/// `PROTOCOL_ERROR`.
const WRONG: Option<End> = Some(End::GoneAway(1));
/// `ENHANCE_YOUR_CALM`.
const TOO_MUCH: Option<End> = Some(End::GoneAway(11));
/// The connection tolerates it.
const ALIVE: Option<End> = Some(End::Alive);

const FLOODS: &[Flood] = &[
    ("requests that are taken back", None, |index| {
        let stream = 2 * index + 1;
        let reset = frame(RST_STREAM, 0, stream, &[0, 0, 0, 8]);
        [get(stream, FOREVER), reset].concat()
    }),
    (
        "requests that the server must reset: a window too wide",
        TOO_MUCH,
        |index| {
            let stream = 2 * index + 1;
            let wide = frame(WINDOW_UPDATE, 0, stream, &[0x7f, 0xff, 0xff, 0xff]);
            [get(stream, FOREVER), wide].concat()
        },
    ),
    (
        "requests that the server must reset: a window not widened",
        WRONG,
        |index| {
            let stream = 2 * index + 1;
            let narrow = frame(WINDOW_UPDATE, 0, stream, &[0; 4]);
            [post(stream), narrow].concat()
        },
    ),
    (
        "requests that the server must reset: data behind the end",
        WRONG,
        |index| {
            let stream = 2 * index + 1;
            let more = frame(DATA, 0, stream, b"more");
            [get(stream, FOREVER), more].concat()
        },
    ),
    (
        "requests that the server must reset: a name in capitals",
        WRONG,
        |index| {
            let block = [&fields(GET, FOREVER)[..], &[0, 1, b'X', 1, b'y']].concat();
            frame(HEADERS, END_STREAM | END_HEADERS, 2 * index + 1, &block)
        },
    ),
    ("requests that are never answered", TOO_MUCH, |index| {
        get(2 * index + 1, FOREVER)
    }),
    ("a head without end", WRONG, |index| match index {
        0 => frame(HEADERS, END_STREAM, 1, &fields(GET, "/health")),
        _ => {
            let field = [&[0, 1, b'x', 0x7f, 0x80, 0x7f][..], &[b'y'; 16_000]].concat();
            frame(CONTINUATION, 0, 1, &field)
        }
    }),
    ("a head of empty pieces", TOO_MUCH, |index| match index {
        0 => frame(HEADERS, END_STREAM, 1, &fields(GET, "/health")),
        _ => frame(CONTINUATION, 0, 1, &[]),
    }),
    ("many fields by reference", TOO_MUCH, |index| {
        let mut block = fields(GET, "/health");
        match index {
            // One field for the dynamic table, as its first entry.
            0 => block.extend([0x40, 1, b'a', 1, b'b']),
            // Below and above the byte limit, both above the limit on their number.
            _ => block.extend(vec![0xbe; if index % 2 == 0 { 900 } else { 15_000 }]),
        }
        frame(HEADERS, END_STREAM | END_HEADERS, 2 * index + 1, &block)
    }),
    ("answers that are taken byte by byte", ALIVE, |index| {
        let stream = 2 * (index % 100) + 1;
        let settings = frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]);
        let byte = frame(WINDOW_UPDATE, 0, stream, &[0, 0, 0, 1]);
        match index {
            0 => [settings, get(1, "/sse?count=1000000")].concat(),
            1..100 => get(stream, "/sse?count=1000000"),
            _ => byte,
        }
    }),
    ("data without a byte", TOO_MUCH, |index| match index {
        0 => post(1),
        _ => frame(DATA, 0, 1, &[]),
    }),
    ("data of padding alone", TOO_MUCH, |index| match index {
        0 => post(1),
        _ => frame(DATA, 8, 1, &[255; 256]),
    }),
    ("pings", ALIVE, |_| frame(PING, 0, 0, b"ping?!?!")),
    (
        "pings beside requests that are never answered",
        ALIVE,
        |index| match index {
            0..100 => get(2 * index + 1, FOREVER),
            _ => frame(PING, 0, 0, b"ping?!?!"),
        },
    ),
    ("answers to pings that were not sent", ALIVE, |_| {
        frame(PING, ACK, 0, b"pong?!?!")
    }),
    ("settings", ALIVE, |_| frame(SETTINGS, 0, 0, &[])),
    ("sizes of the table", ALIVE, |index| {
        let size = (index % 4096).to_be_bytes();
        frame(SETTINGS, 0, 0, &[&[0, 1], &size[..]].concat())
    }),
    ("priorities", ALIVE, |index| {
        frame(PRIORITY, 0, 2 * index + 1, &[0, 0, 0, 0, 9])
    }),
    ("windows", ALIVE, |_| {
        frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1])
    }),
    ("frames of no known kind", ALIVE, |_| {
        frame(0xfa, 0xff, 0, b"what?")
    }),
];

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It still responded after the flood.
    Alive,
    /// It was closed with this error.
    GoneAway(u32),
    /// It was closed without GOAWAY, or the client did not read.
    Closed,
}

/// Sends a flood until it is complete or the server closes the connection; `reads` says whether the client reads the responses.
fn send(process: &Process, flood: fn(u32) -> Vec<u8>, count: u32, reads: bool) -> End {
    let mut socket = process.connect();
    // A server whose output is not read stops reading, and the flood ends.
    let patience = Some(Duration::from_millis(500));
    socket.set_write_timeout(patience).expect("a socket");
    let other = socket.try_clone().expect("a handle");
    let reader = reads.then(|| std::thread::spawn(move || end(&mut BufReader::new(other))));
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    for index in 0..count {
        bytes.extend(flood(index));
        if bytes.len() > 1 << 14 {
            if socket.write_all(&bytes).is_err() {
                break;
            }
            bytes.clear();
        }
    }
    bytes.extend(frame(PING, 0, 0, ASKED));
    let _ = socket.write_all(&bytes);
    let end = reader.map_or(End::Closed, |reader| reader.join().expect("a reader"));
    let _ = socket.shutdown(Shutdown::Both);
    end
}

const ASKED: &[u8; 8] = b"alive?!?";

/// Reads frames until the end is determined.
fn end(socket: &mut impl Read) -> End {
    loop {
        let mut head = [0; 9];
        if socket.read_exact(&mut head).is_err() {
            return End::Closed;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).expect("a frame")];
        if socket.read_exact(&mut payload).is_err() {
            return End::Closed;
        }
        match head[3] {
            GOAWAY => {
                let error = payload[4..8].try_into().expect("four bytes");
                return End::GoneAway(u32::from_be_bytes(error));
            }
            PING if payload == ASKED => return End::Alive,
            _ => {}
        }
    }
}

/// Returns the number of a process's descriptors.
fn descriptors(process: &Process) -> usize {
    let folder = format!("/proc/{}/fd", process.child.id());
    fs::read_dir(folder).expect("a process").count()
}

/// Returns the peak memory of a process in bytes.
fn peak(process: &Process) -> u64 {
    let path = format!("/proc/{}/status", process.child.id());
    let status = fs::read_to_string(path).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: u64 = kilobytes
        .and_then(|number| number.parse().ok())
        .expect("a number");
    kilobytes << 10
}

fn floods(target: Target) {
    let process = Process::start(target, &[]);
    let count = u32::try_from(number("AVOCET_FLOODS", 3000)).expect("a small number");
    assert!(process.get("/health").starts_with("HTTP/1.1 200"));
    let before = descriptors(&process);
    for (name, expected, flood) in FLOODS {
        for reads in [true, false] {
            let over = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        let response = process.get("/health");
                        assert!(
                            response.starts_with("HTTP/1.1 200"),
                            "{response} beside {name}"
                        );
                    }
                });
                let end = send(&process, *flood, count, reads);
                over.store(true, Ordering::Relaxed);
                if let (true, Some(expected)) = (reads, expected) {
                    assert_eq!(end, *expected, "{name}");
                }
            });
            // Every handler and every stream is dropped, and the connection is closed.
            process.until(r#""running":0,"#);
            process.until(r#""open_streams":0,"#);
            while descriptors(&process) > before {
                std::thread::sleep(Duration::from_millis(1));
            }
            let peak = peak(&process);
            assert!(peak < MEMORY, "{} MiB after {name}", peak >> 20);
        }
    }
    process.end_in_silence();
}

against_each_target!(floods);
