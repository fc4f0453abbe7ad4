//! Startup: the time to the first response, the memory before any work, the size of the program.

use std::time::Instant;

use crate::build;
use crate::figures::Spread;
use crate::peers::{PEERS, Peer, greeter, named};
use crate::record::Measured;
use crate::server::Server;

/// `examples/hello`, the first program of a new user.
static HELLO: Peer = greeter("hello", "`examples/hello`", "release/hello_avocet");

/// The number of starts in one round, fewer if starts are slow.
const STARTS: usize = 12;
const SECONDS: u32 = 5;

pub fn contestants() -> Vec<&'static str> {
    let servers = PEERS.iter().map(|peer| peer.name);
    servers.chain([HELLO.name]).collect()
}

/// About the maximum time of one round of one server, in seconds.
pub const ESTIMATE: u32 = SECONDS + 1;

pub fn measure(name: &str) -> Result<Measured, String> {
    let peer = match name {
        "hello" => {
            build::hello()?;
            &HELLO
        }
        name => named(name).ok_or("no such server")?,
    };
    let begun = Instant::now();
    let (mut responses, mut memory) = (Vec::new(), Vec::new());
    while responses.len() < STARTS && begun.elapsed().as_secs() < SECONDS.into() {
        let server = Server::start(peer)?;
        responses.push(server.first_response.as_secs_f64() * 1e3);
        memory.push(server.resident_bytes() / 1e6);
    }
    let units = responses.len() as f64;
    let mut measured = Measured {
        units,
        p50_ms: median(responses.clone()),
        rss_mb: median(memory),
        ..Measured::default()
    };
    let slowest = responses.into_iter().fold(0.0, f64::max);
    measured.more.insert("slowest_ms".to_owned(), slowest);
    if let Some(file) = peer.binary() {
        let told = |error| format!("{}: {error}", file.display());
        let bytes = file.metadata().map_err(told)?.len();
        measured
            .more
            .insert("binary_mb".to_owned(), bytes as f64 / 1e6);
    }
    Ok(measured)
}

fn median(values: Vec<f64>) -> Option<f64> {
    Spread::of(values).map(|spread| spread.median)
}
