//! Almost correct requests: none of them causes a 5xx, a logged error or the end of the server, and a good request gets a response after
//! each batch.
//!
//! The default is a short run; `AVOCET_MUTATIONS=1000000 cargo test --release -p echo --test it mutations` is the long run, and
//! `AVOCET_SEED` selects the mutations.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::process::{Process, number};
use crate::target::{Target, against_each_target};
use crate::vectors;

/// The number of mutations between two good requests.
const BATCH: u64 = 50;

/// The mutated requests in addition to the [vectors]: one of each kind of request that the application accepts.
const SEEDS: &[&[u8]] = &[
    b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /sse?count=2&delay_ms=0 HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{\"a\":[1,2.5,\"b\"]}",
    b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\n[1,2,\r\n3\r\n 3]\r\n0\r\nt: v\r\n\r\n",
    b"POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 95\r\n\r\n--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\ncontent-type: a/b\r\n\r\ntext\r\n--b--\r\n",
    b"GET /health HTTP/1.1\r\nhost: x\r\n\r\nGET /stats HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
    b"HEAD http://x/health HTTP/1.0\r\nconnection: keep-alive\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\r\n",
    // HTTP/2: settings, then a GET of `/` and a POST with data.
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\
      \x00\x00\x06\x01\x05\x00\x00\x00\x01\x82\x86\x84\x41\x01x\
      \x00\x00\x0c\x01\x04\x00\x00\x00\x03\x83\x86\x44\x05/echo\x41\x01x\x00\x00\x02\x00\x01\x00\x00\x00\x03[]",
];

/// The tokens that mutations insert.
const TOKENS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b"\t",
    b":",
    b";",
    b"%00",
    b"%",
    b"\xff",
    b"\xc0\xaf",
    b"\r\n\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: 18446744073709551616\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: identity, chunked\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Expect: 100-continue\r\n",
    b" folded\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    b"-1\r\n",
    b"HTTP/1.0",
    b"HTTP/9.9",
    b"GET ",
    b"PRI * HTTP/2.0\r\n\r\n",
    b"[[[[[[[[[[[[[[[[",
    b"1e400",
    b"\\ud800",
    b"\"",
    b"--b\r\n",
    b"--b--",
    b"filename*=utf-8''x",
    b"/../..",
    b"//",
    b"?&=&",
    b"\x00\x00\x00\x04\x01\x00\x00\x00\x00",
    b"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08",
    b"\x00\x00\x04\x08\x00\x00\x00\x00\x01\x00\x00\x00\x00",
    b"\x00\xff\xff\x09\x00\x00\x00\x00\x01",
];

/// Pseudo-random numbers, reproducible by their seed (`SplitMix64`).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("a small number");
        usize::try_from(self.next() % bound).expect("a small number")
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let vectors = vectors::rows().into_iter().map(|(bytes, _)| bytes);
    let vectors: Vec<_> = vectors.filter(|bytes| bytes.len() < 1000).collect();
    // As many of each, because the good ones reach more code.
    let good = SEEDS.repeat(vectors.len() / SEEDS.len());
    let good = good.into_iter().map(<[u8]>::to_vec);
    vectors.into_iter().chain(good).collect()
}

pub(crate) fn mutant(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = chance.pick(seeds).clone();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(24)).min(bytes.len());
        match chance.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 if at < bytes.len() => bytes[at] = u8::try_from(chance.below(256)).expect("a byte"),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            4 => bytes.truncate(at),
            5 => {
                let other = chance.pick(seeds);
                let from = chance.below(other.len());
                drop(bytes.splice(at.., other[from..].iter().copied()));
            }
            6 => {
                let token = chance
                    .pick(TOKENS)
                    .repeat(1 + chance.below(200) * usize::from(chance.below(20) == 0));
                drop(bytes.splice(at..at, token));
            }
            _ => drop(bytes.splice(at..end, chance.pick(TOKENS).iter().copied())),
        }
    }
    bytes
}

/// Returns the whole response to these bytes; `end` closes the sending side, because the server would wait for more.
fn ask(process: &Process, tls: Option<&Arc<ClientConfig>>, bytes: &[u8], end: bool) -> Vec<u8> {
    let socket = process.connect();
    let other = socket.try_clone().expect("a handle");
    match tls {
        Some(config) => {
            let name = ServerName::try_from("localhost").expect("a name");
            let session = ClientConnection::new(Arc::clone(config), name).expect("a client");
            talk(StreamOwned::new(session, socket), &other, bytes, end)
        }
        None => talk(socket, &other, bytes, end),
    }
}

fn talk(mut stream: impl Read + Write, socket: &TcpStream, bytes: &[u8], end: bool) -> Vec<u8> {
    // The server may close the connection before all bytes are sent.
    let _ = stream.write_all(bytes);
    let _ = stream.flush();
    if end {
        let _ = socket.shutdown(Shutdown::Write);
    }
    let mut response = Vec::new();
    match stream.read_to_end(&mut response) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => panic!(
            "neither an answer nor an end for {:?}",
            String::from_utf8_lossy(bytes)
        ),
        _ => response,
    }
}

/// Returns whether one of the responses in this text has a 5xx status.
pub(crate) fn failed(response: &[u8]) -> bool {
    response
        .windows(10)
        .any(|window| window == b"HTTP/1.1 5" || window == b"HTTP/1.0 5")
}

fn run(process: &Process, tls: Option<&Arc<ClientConfig>>, total: u64) {
    let seed = number("AVOCET_SEED", 1);
    let seeds = seeds();
    let work = |worker| {
        let mut chance = Chance(seed << 8 | worker);
        for _ in 0..total.div_ceil(4 * BATCH) {
            for _ in 0..BATCH {
                let bytes = mutant(&mut chance, &seeds);
                let response = ask(process, tls, &bytes, true);
                assert!(
                    !failed(&response),
                    "{:?} for {:?}",
                    String::from_utf8_lossy(&response),
                    String::from_utf8_lossy(&bytes)
                );
            }
            let good = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            let response = ask(process, tls, good, false);
            assert!(
                response.starts_with(b"HTTP/1.1 200"),
                "{:?}",
                String::from_utf8_lossy(&response)
            );
        }
    };
    // A failing worker ends the test after all of them are complete.
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let work = &work;
            scope.spawn(move || work(worker));
        }
    });
}

fn almost_right_requests(target: Target) {
    let process = Process::start(target, &[]);
    let total = target.share(number("AVOCET_MUTATIONS", 2000));
    run(&process, None, total);
    process.end_in_silence();
}

fn almost_right_requests_under_tls(target: Target) {
    let process = Process::start_with_tls(target);
    // A handshake costs more than the request after it.
    let total = target.share(number("AVOCET_MUTATIONS", 2000) / 10);
    run(&process, Some(&vectors::server::tls_client()), total);
    process.end_in_silence();
}

against_each_target!(almost_right_requests almost_right_requests_under_tls);
